import { pino } from 'pino';
import { createBus } from '../../../platform/bus/bus.ts';
import { EventFault, loadEventSchemas } from '../../../platform/bus/event-schemas.ts';
import { createTestRedis } from '../../../test/kit/redis.ts';
import { until } from '../../../test/kit/wait.ts';
import { createAnnouncer } from './announce.ts';
import { historyLoaded } from './events.ts';

async function setUp(options: { readonly maxWaiting?: number } = {}) {
  const stack = new AsyncDisposableStack();
  const redis = stack.use(await createTestRedis());
  const lines: { readonly msg: string; readonly events?: number }[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const bus = stack.use(createBus({ redis: redis.redis, schemas: loadEventSchemas(), log }));
  const announcer = stack.use(createAnnouncer({ bus, log, pauseMs: 5, ...options }));
  const seen = async () => {
    const entries = await redis.redis.xrange('eaio:events:{energy.history-loaded}', '-', '+');
    return entries.map(([, fields]) => /"buildingIds":\["(\w+)"\]/.exec(fields.join(' '))?.[1]);
  };
  return { redis, announcer, lines, seen, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

describe('announcing', () => {
  test('keeps the order over an absence of the bus', async () => {
    await using ground = await setUp();
    await ground.announcer.announce(historyLoaded(['A']));
    await ground.announcer.announce([]);
    expect(await ground.seen()).toEqual(['A']);
    await ground.redis.stop();
    for (const id of ['B', 'C', 'D']) await ground.announcer.announce(historyLoaded([id]));
    await ground.redis.start();
    await until(async () => (await ground.seen()).length === 3, { what: 'the events that waited' });
    expect(await ground.seen()).toEqual(['B', 'C', 'D']);
    await ground.announcer.announce(historyLoaded(['E']));
    await until(async () => (await ground.seen()).at(-1) === 'E', { what: 'the event after them' });
  });

  test('keeps a bounded number, and says what it gave up', async () => {
    await using ground = await setUp({ maxWaiting: 2 });
    await ground.redis.stop();
    for (const id of ['A', 'B', 'C']) await ground.announcer.announce(historyLoaded([id]));
    expect(ground.lines).toContainEqual(
      expect.objectContaining({
        msg: 'The bus is away too long: events about stored readings are lost',
        events: 1,
      }),
    );
    await ground.redis.start();
    await until(async () => (await ground.seen()).length === 2, { what: 'the events that were kept' });
    expect(await ground.seen()).toEqual(['B', 'C']);
  });

  test('ended before the bus is back, says what is lost', async () => {
    await using ground = await setUp();
    await ground.redis.stop();
    await ground.announcer.announce(historyLoaded(['A']));
    await ground.announcer[Symbol.asyncDispose]();
    expect(ground.lines.at(-1)).toMatchObject({
      msg: 'The bus did not come back: events about stored readings are lost',
      events: 1,
    });
  });

  test('does not wait with what the bus will never take', async () => {
    await using ground = await setUp();
    const wrong = { type: 'eaio.energy.history-loaded.v1', source: '/subgraphs/energy', data: {} };
    await expect(ground.announcer.announce([wrong])).rejects.toThrow(EventFault);
  });
});
