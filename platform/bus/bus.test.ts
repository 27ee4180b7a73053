import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createTestRedis, type TestRedis } from '../../test/kit/redis.ts';
import { type BusOptions, createBus } from './bus.ts';
import { EventFault, loadEventSchemas } from './event-schemas.ts';
import { streamKey } from './keys.ts';
import { comparePositions } from './position.ts';
import type { Bus, Delivery, NewEvent } from './types.ts';

const folder = mkdtempSync(join(tmpdir(), 'eaio-schemas-'));
const schema = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };
for (const topic of ['test.ticked', 'test.tocked']) {
  mkdirSync(join(folder, topic));
  writeFileSync(join(folder, topic, 'v1.json'), JSON.stringify(schema));
}
const schemas = loadEventSchemas(folder);
afterAll(() => rmSync(folder, { recursive: true }));

const topic = 'test.ticked';
const key = streamKey(topic);
const tick = (n: number, more: Partial<NewEvent> = {}): NewEvent => ({
  type: 'eaio.test.ticked.v1',
  source: '/test',
  data: { n },
  ...more,
});
const ticks = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => tick(from + index));

async function setUp({ durable = false, ...options }: Partial<BusOptions> & { durable?: boolean } = {}) {
  const server = await createTestRedis({ durable });
  const lines: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const bus = createBus({ redis: server.redis, schemas, log, ...options });
  const stop = new AbortController();
  return {
    ...{ server, bus, lines, stop },
    follow: (more: Partial<Parameters<Bus['follow']>[1]> = {}) =>
      bus.follow(topic, { signal: stop.signal, ...more }),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await bus[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** What the next deliveries say: an event's number, or "gap". */
async function take(
  deliveries: AsyncIterator<Delivery>,
  count: number,
): Promise<readonly (number | string)[]> {
  const taken: (number | string)[] = [];
  while (taken.length < count) {
    const { value, done } = await deliveries.next();
    if (done === true) break;
    taken.push(say(value));
  }
  return taken;
}
const say = (delivery: Delivery): number | string =>
  delivery.kind === 'gap' ? 'gap' : (delivery.event.data as { n: number }).n;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Ends when Redis has `count` connections that wait in XREAD. */
async function untilWaiting({ redis }: TestRedis, count: number): Promise<void> {
  for (;;) {
    const list = (await redis.client('LIST')) as string;
    if ((list.match(/ cmd=xread /g) ?? []).length === count) return;
  }
}

describe('publishing', () => {
  test('appends CloudEvents, in order, and says where each stands', async () => {
    await using it = await setUp({ clock: () => Date.UTC(2017, 5, 1) });
    const places = await it.bus.publish([
      tick(1, { subject: 'Fox', tags: ['energy:Fox', 'energy'] }),
      tick(2),
    ]);
    const entries = await it.server.redis.xrange(key, '-', '+');
    expect(entries.map(([id]) => ({ topic, partition: 0, position: id }))).toEqual(places);
    const [event, cloudEvent, tags, list] = entries[0]?.[1] ?? [];
    expect([event, tags]).toEqual(['event', 'tags']);
    expect(JSON.parse(cloudEvent ?? '')).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: '/test',
      type: 'eaio.test.ticked.v1',
      subject: 'Fox',
      time: '2017-06-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      data: { n: 1 },
    });
    expect(JSON.parse(list ?? '')).toEqual(['energy:Fox', 'energy']);
  });

  test.each([
    ['data that does not fit', tick(1, { data: { n: 'one' } }), 'data/n must be integer'],
    [
      'a type without a schema',
      tick(1, { type: 'eaio.test.ticked.v2' }),
      'schema/events/test.ticked/v2.json',
    ],
    ['a type that is none', tick(1, { type: 'ticked' }), '"ticked"'],
    ['no source', tick(1, { source: '' }), 'names no source'],
  ])('%s publishes nothing, not even what is beside it', async (_, event, words) => {
    await using it = await setUp();
    const publishing = it.bus.publish([tick(0), event]);
    await expect(publishing).rejects.toThrow(EventFault);
    await expect(publishing).rejects.toThrow(words);
    expect(await it.server.redis.exists(key)).toBe(0);
  });

  test('keeps about as many entries of a topic as it is told', async () => {
    await using it = await setUp({ maxLength: 200 });
    await it.bus.publish(ticks(1, 1_000));
    expect(await it.server.redis.xlen(key)).toBeGreaterThanOrEqual(200);
    expect(await it.server.redis.xlen(key)).toBeLessThanOrEqual(400);
  });

  test('fails at once, and says that trying again helps, while Redis is away', async () => {
    await using it = await setUp();
    await it.server.stop();
    await expect(it.bus.publish([tick(1)])).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
  });
});

describe('following', () => {
  test('begins when it is called, not when it is first asked', async () => {
    await using it = await setUp();
    await it.bus.publish([tick(1)]);
    const deliveries = it.follow();
    await it.bus.publish([tick(2, { tags: ['energy'] })]);
    const { value } = await deliveries.next();
    expect(value).toMatchObject({
      kind: 'event',
      event: { data: { n: 2 }, tags: ['energy'], specversion: '1.0' },
    });
  });

  test('gives live events in order, and those of a topic that is followed later too', async () => {
    await using it = await setUp();
    const ticking = it.follow();
    const first = take(ticking, 100);
    await untilWaiting(it.server, 1);
    const tocking = it.bus.follow('test.tocked', { signal: it.stop.signal });
    const second = take(tocking, 1);
    for (const n of range(1, 100)) await it.bus.publish([tick(n)]);
    await it.bus.publish([tick(7, { type: 'eaio.test.tocked.v1' })]);
    expect(await first).toEqual(range(1, 100));
    expect(await second).toEqual([7]);
  });

  test('goes on behind a position, through history into live events, each once', async () => {
    await using it = await setUp();
    const positions = (await it.bus.publish(ticks(1, 200))).map(({ position }) => position);
    const deliveries = it.follow({ after: positions[49] });
    expect(await take(deliveries, 150)).toEqual(range(51, 200));
    const live = take(deliveries, 50);
    await it.bus.publish(ticks(201, 250));
    expect(await live).toEqual(range(201, 250));
  });

  test('from a hundred followers of several topics takes one waiting connection', async () => {
    await using it = await setUp();
    const followers = range(1, 100).map(() => take(it.follow(), 3));
    const other = take(it.bus.follow('test.tocked', { signal: it.stop.signal }), 1);
    await untilWaiting(it.server, 1);
    await it.bus.publish([...ticks(1, 3), tick(1, { type: 'eaio.test.tocked.v1' })]);
    for (const taken of await Promise.all(followers)) expect(taken).toEqual([1, 2, 3]);
    expect(await other).toEqual([1]);
    await untilWaiting(it.server, 1);
  });

  test('while others join and leave and events fly, loses and doubles nothing', async () => {
    await using it = await setUp();
    const publishing = (async () => {
      for (let n = 1; n <= 1_000; n += 10) await it.bus.publish(ticks(n, n + 9));
    })();
    const joining = (async () => {
      for (let n = 0; n < 30; n++) {
        const stop = new AbortController();
        const deliveries = it.follow({ after: '0-0', signal: stop.signal });
        const [first = 0, second] = await take(deliveries, 2);
        expect([first, second]).toEqual([1, 2]);
        stop.abort();
      }
    })();
    const whole = range(1, 20).map(() => take(it.follow({ after: '0-0' }), 1_000));
    await Promise.all([publishing, joining]);
    for (const taken of await Promise.all(whole)) expect(taken).toEqual(range(1, 1_000));
  });

  test('head is where the newest event stands, also when it was trimmed away; null before the first', async () => {
    await using it = await setUp();
    expect(await it.bus.head(topic)).toBeNull();
    const positions = (await it.bus.publish(ticks(1, 3))).map(({ position }) => position);
    expect(await it.bus.head(topic)).toBe(positions[2]);
    await it.server.redis.xtrim(key, 'MAXLEN', 0);
    expect(await it.bus.head(topic)).toBe(positions[2]);
  });

  test('passes over an entry that is no event, and says so in the log', async () => {
    await using it = await setUp();
    await it.server.redis.xadd(key, '*', 'other', 'x');
    await it.server.redis.xadd(key, '*', 'event', '{');
    await it.bus.publish([tick(1)]);
    expect(await take(it.follow({ after: '0-0' }), 1)).toEqual([1]);
    expect(it.lines.filter(({ msg }) => String(msg).includes('no event'))).toHaveLength(2);
  });

  test('refuses a place that is none', async () => {
    await using it = await setUp();
    expect(() => it.follow({ after: 'yesterday' })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    );
  });
});

describe('a follower that stops', () => {
  test('by its signal ends even while it waits, and the last one closes the waiting connection', async () => {
    await using it = await setUp();
    const stop = new AbortController();
    const one = it.follow({ signal: stop.signal });
    const other = it.follow();
    const pending = [take(one, 1), take(other, 1)];
    await untilWaiting(it.server, 1);
    stop.abort();
    expect(await pending[0]).toEqual([]);
    await it.bus.publish([tick(1)]);
    expect(await pending[1]).toEqual([1]);
    await other.return?.();
    await untilWaiting(it.server, 0);
  });

  test('by return() does so while it waits', async () => {
    await using it = await setUp();
    const deliveries = it.follow();
    const pending = deliveries.next();
    await untilWaiting(it.server, 1);
    await deliveries.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    await untilWaiting(it.server, 0);
  });

  test('with the bus: every follower ends, and later ones do at once', async () => {
    await using it = await setUp();
    const pending = take(it.follow(), 1);
    await untilWaiting(it.server, 1);
    await it.bus[Symbol.asyncDispose]();
    expect(await pending).toEqual([]);
    expect(await take(it.follow(), 1)).toEqual([]);
  });

  test('while Redis stands still does not wait for it', async () => {
    await using it = await setUp();
    await it.server.redis.ping();
    it.server.pause();
    const deliveries = it.follow();
    const pending = deliveries.next();
    await deliveries.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    it.server.resume();
  });
});

describe('a follower that is slow', () => {
  test('misses nothing that the stream still holds, however small its queue', async () => {
    await using it = await setUp();
    const deliveries = it.follow({ maxQueued: 5 });
    const first = take(deliveries, 1);
    await untilWaiting(it.server, 1);
    for (let n = 1; n <= 500; n += 3) await it.bus.publish(ticks(n, n + 2));
    expect([...(await first), ...(await take(deliveries, 498))]).toEqual(range(1, 499));
  });

  test('gets a gap in place of what was trimmed away meanwhile, and goes on behind it', async () => {
    await using it = await setUp({ maxLength: 100 });
    const deliveries = it.follow({ maxQueued: 10 });
    const first = deliveries.next();
    await untilWaiting(it.server, 1);
    await it.bus.publish([tick(1)]);
    expect((await first).value).toMatchObject({ kind: 'event' });
    await it.bus.publish(ticks(2, 2_000));
    const [[oldest = '', fields] = []] = await it.server.redis.xrange(key, '-', '+', 'COUNT', 1);
    // What was queued before the overflow may come first; then the gap, then whatever is left, whole.
    const rest: Delivery[] = [];
    while (say(rest.at(-1) ?? { kind: 'gap', position: '', from: '', to: '', reason: '' }) !== 2_000) {
      const { value } = await deliveries.next();
      rest.push(value);
    }
    const at = rest.findIndex(({ kind }) => kind === 'gap');
    const gap = rest[at];
    expect(gap).toMatchObject({ kind: 'gap', to: new Date(Number(oldest.split('-')[0])).toISOString() });
    expect(comparePositions(gap?.position ?? '', oldest)).toBeLessThan(0);
    expect(rest.slice(at + 1).map(say)).toEqual(range(JSON.parse(fields?.[1] ?? '').data.n, 2_000));
  });
});

describe('going on from a position that the stream has lost', () => {
  test('is a gap from there to the oldest event left; from the oldest on, and from the gap on, it is none', async () => {
    await using it = await setUp();
    const positions = (await it.bus.publish(ticks(1, 10))).map(({ position }) => position);
    await it.server.redis.xtrim(key, 'MAXLEN', 4);
    const { value: gap } = await it.follow({ after: positions[2] }).next();
    expect(gap).toMatchObject({
      kind: 'gap',
      reason: expect.stringContaining('older than what the stream keeps'),
    });
    expect(await take(it.follow({ after: gap.position }), 4)).toEqual([7, 8, 9, 10]);
    expect(await take(it.follow({ after: positions[6] }), 3)).toEqual([8, 9, 10]);
    expect(await take(it.follow({ after: '0-0' }), 2)).toEqual(['gap', 7]);
  });

  test('with the whole stream trimmed away is a gap to its end; from its end on it is none', async () => {
    await using it = await setUp();
    const positions = (await it.bus.publish(ticks(1, 3))).map(({ position }) => position);
    await it.server.redis.xtrim(key, 'MAXLEN', 0);
    const behind = it.follow({ after: positions[0] });
    expect(await take(behind, 1)).toEqual(['gap']);
    const both = [take(behind, 1), take(it.follow({ after: positions[2] }), 1)];
    await untilWaiting(it.server, 1);
    await it.bus.publish([tick(4)]);
    expect(await Promise.all(both)).toEqual([[4], [4]]);
  });

  test('with the stream gone, or ending before it, is a gap, then what comes', async () => {
    await using it = await setUp();
    const gone = it.follow({ after: '1700000000000-0' });
    expect((await gone.next()).value).toMatchObject({
      kind: 'gap',
      from: '2023-11-14T22:13:20.000Z',
      reason: 'Redis does not have the stream any more.',
    });
    await it.bus.publish([tick(1)]);
    expect(await take(gone, 1)).toEqual([1]);
    const ahead = it.follow({ after: '9000000000000-0' });
    expect((await ahead.next()).value).toMatchObject({
      kind: 'gap',
      reason: expect.stringContaining('ends before'),
    });
    const live = take(ahead, 1);
    await it.bus.publish([tick(2)]);
    expect(await live).toEqual([2]);
  });
});

// Proves: live.redis-restart
describe('when Redis restarts', () => {
  test('with its data, followers go on where they were', async () => {
    await using it = await setUp({ durable: true });
    const live = it.follow();
    const first = take(live, 1);
    await untilWaiting(it.server, 1);
    const positions = (await it.bus.publish([tick(1)])).map(({ position }) => position);
    expect(await first).toEqual([1]);
    const next = take(live, 2);
    await it.server.stop();
    const behind = take(it.follow({ after: positions[0] }), 2);
    await it.server.start();
    await published(it.bus, [tick(2)]);
    await published(it.bus, [tick(3)]);
    expect(await next).toEqual([2, 3]);
    expect(await behind).toEqual([2, 3]);
  });

  test('without its data, each follower is told of the gap, then gets what comes', async () => {
    await using it = await setUp();
    const live = it.follow();
    const first = take(live, 1);
    await untilWaiting(it.server, 1);
    await it.bus.publish([tick(1)]);
    expect(await first).toEqual([1]);
    const next = take(live, 2);
    await it.server.stop();
    await it.server.start();
    await published(it.bus, [tick(2)]);
    expect(await next).toEqual(['gap', 2]);
  });

  test('or was away when following began, it begins when Redis is back', async () => {
    await using it = await setUp();
    await it.server.stop();
    const first = take(it.follow({ after: '0-0' }), 1);
    await it.server.start();
    await published(it.bus, [tick(1)]);
    expect(await first).toEqual([1]);
  });

  test('after standing still, the read that waited is given up and begun anew', async () => {
    await using it = await setUp({ blockMs: 50, graceMs: 50 });
    const live = it.follow();
    const first = take(live, 3);
    await untilWaiting(it.server, 1);
    await it.bus.publish([tick(0)]);
    it.server.pause();
    await expect(it.bus.publish([tick(1)])).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    await until(() => it.lines.some(({ msg }) => msg === 'the bus waits for Redis'));
    it.server.resume();
    // The first was given up, but lies in the server's socket and is carried out late: at least once.
    await published(it.bus, [tick(2)]);
    expect(await first).toEqual([0, 1, 2]);
  });
});

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise(setImmediate);
}

/** Publishes as soon as Redis takes it. */
async function published(bus: Bus, events: readonly NewEvent[]): Promise<void> {
  for (;;) {
    const done = await bus.publish(events).then(
      () => true,
      () => false,
    );
    if (done) return;
  }
}
