import { createOutbox, runRelay } from '../../platform/bus/outbox.ts';
import type { NewEvent } from '../../platform/bus/types.ts';
import { inTransaction } from '../../platform/postgres/transaction.ts';
import { createTestRedis } from '../kit/redis.ts';
import { until } from '../kit/wait.ts';
import { busDatabase, openBus, range, tick } from './ground.ts';

const topics = { 'test.ticked': {} };

async function world() {
  const redis = await createTestRedis({ durable: true });
  const database = await busDatabase();
  const it = openBus(redis.redis, { topics });
  const outbox = createOutbox({ schemas: it.schemas });
  const add = (events: readonly NewEvent[]) =>
    inTransaction(database.pool, (client) => outbox.add(client, events));
  const entries = async () => {
    const read = await redis.redis.xrange('eaio:events:{test.ticked}', '-', '+');
    return read.map(([, [, event = '']]) => JSON.parse(event) as { id: string; data: { n: number } });
  };
  return {
    ...{ redis, database, it, outbox, add, entries },
    relay: () => runRelay({ pool: database.pool, bus: it.bus, log: { warn() {}, error() {} } }),
    async [Symbol.asyncDispose]() {
      await it[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
}

// Proves: bus.outbox
test('an event is published when its transaction commits, in order, and not when it does not', async () => {
  await using it = await world();
  await using relay = it.relay();
  await expect(
    inTransaction(it.database.pool, async (client) => {
      await it.outbox.add(client, [tick(0)]);
      throw new Error('The change is given up.');
    }),
  ).rejects.toThrow('given up');
  for (const n of range(1, 20)) await it.add([tick(n), tick(n + 100)]);
  await until(async () => (await it.entries()).length === 40, { what: 'the events' });
  expect((await it.entries()).map(({ data }) => data.n)).toEqual(range(1, 20).flatMap((n) => [n, n + 100]));
  await until(async () => (await relay.waiting()) === 0, { what: 'an empty outbox' });
});

// Proves: bus.outbox
test('what waits while Redis is away goes out when it is back; several relays keep order and ids', async () => {
  await using it = await world();
  await using _one = it.relay();
  await using other = it.relay();
  await it.redis.stop();
  for (const n of range(1, 30)) await it.add([tick(n)]);
  expect(await other.waiting()).toBe(30);
  await it.redis.start();
  await until(async () => (await other.waiting()) === 0, { what: 'an empty outbox' });
  const seen = new Map((await it.entries()).map(({ id, data }) => [id, data.n]));
  expect([...seen.values()]).toEqual(range(1, 30));
});

test('an event that does not fit fails the transaction that adds it', async () => {
  await using it = await world();
  await expect(it.add([tick(1, { data: { n: 'one' } })])).rejects.toThrow('does not fit');
});
