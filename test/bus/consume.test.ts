import { postgresPositions } from '../../platform/bus/consume/postgres-positions.ts';
import type { Batch, Consumer } from '../../platform/bus/consume/types.ts';
import { leaseKey, streamKey } from '../../platform/bus/keys.ts';
import { inTransaction } from '../../platform/postgres/transaction.ts';
import { createRedis } from '../../platform/redis/redis.ts';
import { createTestRedis } from '../kit/redis.ts';
import { until } from '../kit/wait.ts';
import { busDatabase, numbersOf, openBus, range, tick, ticks } from './ground.ts';

const topics = { 'test.ticked': { partitions: 8 } };
const topic = 'test.ticked';

/** Handles by remembering. */
function memory() {
  const seen: { key: string | undefined; n: number; partition: number }[] = [];
  const batches: Batch[] = [];
  return {
    seen,
    batches,
    async handle(batch: Batch) {
      batches.push(batch);
      for (const event of batch.events) {
        seen.push({
          key: event.partitionkey,
          n: (event.data as { n: number }).n,
          partition: batch.partition,
        });
      }
    },
    numbers: () => seen.map(({ n }) => n).toSorted((a, b) => a - b),
  };
}

const inOrder = (seen: readonly { key: string | undefined; n: number }[]): boolean =>
  [...Map.groupBy(seen, ({ key }) => key).values()].every((of) =>
    of.every(({ n }, index) => index === 0 || n > (of[index - 1]?.n ?? 0)),
  );

const held = (...consumers: readonly Consumer[]) =>
  consumers.map((consumer) => consumer.owned().length).toSorted((a, b) => a - b);

// Proves: bus.partitions, bus.groups
test('events are spread over partitions by key, and each group gets every one, in order within a key', async () => {
  await using redis = await createTestRedis();
  await using it = openBus(redis.redis, { topics });
  const places = await it.bus.publish(ticks(1, 500, 20));
  expect(new Set(places.map(({ partition }) => partition)).size).toBeGreaterThan(4);
  const [one, other] = [memory(), memory()];
  it.bus.consume({ group: 'one', topics: [topic], positions: 'redis', handle: one.handle, maxBatch: 10 });
  it.bus.consume({ group: 'other', topics: [topic], positions: 'redis', handle: other.handle });
  await it.bus.publish(ticks(501, 1_000, 20));
  await until(() => one.seen.length === 1_000 && other.seen.length === 1_000, { what: 'all events' });
  for (const { numbers, seen } of [one, other]) {
    expect(numbers()).toEqual(range(1, 1_000));
    expect(inOrder(seen)).toBe(true);
  }
  expect(Math.max(...one.batches.map(({ events }) => events.length))).toBeLessThanOrEqual(10);
});

test('a group begins at what the topic holds, or with what comes, as it says', async () => {
  await using redis = await createTestRedis();
  await using it = openBus(redis.redis, { topics });
  await it.bus.publish(ticks(1, 100, 20));
  const late = memory();
  const consumer = it.bus.consume({
    ...{ group: 'late', topics: [topic], positions: 'redis', from: 'now', handle: late.handle },
  });
  await until(() => consumer.owned().length === 8, { what: 'the partitions' });
  await it.bus.publish(ticks(101, 120, 20));
  await until(() => late.seen.length === 20, { what: 'the new events' });
  expect(late.numbers()).toEqual(range(101, 120));
});

// Proves: bus.shared
test('workers share the partitions evenly; one that stops hands its own over at once, with nothing lost or doubled', async () => {
  await using redis = await createTestRedis();
  await using it = openBus(redis.redis, { topics });
  const kept = memory();
  const options = { group: 'g', topics: [topic], positions: 'redis', handle: kept.handle } as const;
  const one = it.bus.consume(options);
  await until(() => one.owned().length === 8, { what: 'one worker to have all' });
  const [two, three] = [it.bus.consume(options), it.bus.consume(options)];
  await until(() => String(held(one, two, three)) === '2,3,3', { what: 'three workers to share' });
  const publishing = (async () => {
    for (let n = 1; n <= 2_000; n += 50) await it.bus.publish(ticks(n, n + 49, 20));
  })();
  const before = performance.now();
  await two[Symbol.asyncDispose]();
  await until(() => String(held(one, three)) === '4,4', { what: 'two workers to share' });
  expect(performance.now() - before).toBeLessThan(4_000);
  await publishing;
  await until(() => kept.seen.length >= 2_000, { what: 'all events' });
  expect(kept.numbers()).toEqual(range(1, 2_000));
  expect(inOrder(kept.seen)).toBe(true);
});

// Proves: bus.take-over
test('what a dead worker held is taken over in less than 10 s, and what it was given comes first', async () => {
  await using redis = await createTestRedis();
  // A worker whose connection is gone for ever is as good as dead to the others.
  const lost = createRedis(redis.url, { name: 'lost' });
  await using dying = openBus(lost, { topics });
  await using it = openBus(redis.redis, { topics });
  const { promise: hung, resolve: release } = Promise.withResolvers<void>();
  const given: number[] = [];
  const first = dying.bus.consume({
    ...{ group: 'g', topics: [topic], positions: 'redis', stopMs: 0 },
    async handle(batch) {
      given.push(...numbersOf(batch));
      await hung;
    },
  });
  await until(() => first.owned().length === 8, { what: 'the first worker' });
  await it.bus.publish(ticks(1, 100, 20));
  await until(() => given.length > 0, { what: 'a batch to be given' });
  const died = performance.now();
  lost.disconnect();
  const kept = memory();
  it.bus.consume({ group: 'g', topics: [topic], positions: 'redis', handle: kept.handle });
  await until(() => kept.seen.length === 100, { what: 'the second worker to have all', deadlineMs: 10_000 });
  expect(performance.now() - died).toBeLessThan(10_000);
  expect(kept.numbers()).toEqual(range(1, 100));
  expect(inOrder(kept.seen)).toBe(true);
  release();
});

describe('positions in PostgreSQL', () => {
  async function counting(handleFails?: (n: number) => void) {
    const redis = await createTestRedis();
    const database = await busDatabase();
    const it = openBus(redis.redis, { topics });
    const options = {
      ...{ group: 'store', topics: [topic], positions: postgresPositions(database.pool), maxBatch: 20 },
      async handle(batch: Batch) {
        await inTransaction(database.pool, async (client) => {
          for (const event of batch.events) {
            const { n } = event.data as { n: number };
            handleFails?.(n);
            await client.query('insert into effect (key, n) values ($1, $2)', [event.partitionkey, n]);
          }
          await batch.commitIn(client);
        });
      },
    };
    return {
      ...{ redis, database, it, options },
      async effects() {
        const { rows } = await database.pool.query<{ key: string; n: number }>(
          'select key, n from effect order by no',
        );
        return rows;
      },
      async [Symbol.asyncDispose]() {
        await it[Symbol.asyncDispose]();
        await database[Symbol.asyncDispose]();
        await redis[Symbol.asyncDispose]();
      },
    };
  }

  // Proves: bus.exactly-once
  test('have every effect once, whatever workers come, go and are cut off', async () => {
    await using world = await counting();
    const { it, options, database } = world;
    const publishing = (async () => {
      for (let n = 1; n <= 1_000; n += 50) await it.bus.publish(ticks(n, n + 49, 20));
    })();
    let consumer = it.bus.consume(options);
    for (let turn = 0; turn < 3; turn++) {
      await until(() => consumer.owned().length > 0, { what: 'a worker at work' });
      await database.pool
        .query(
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        )
        .catch(() => undefined);
      const next = it.bus.consume(options);
      await consumer[Symbol.asyncDispose]();
      consumer = next;
    }
    await publishing;
    await until(async () => (await world.effects()).length >= 1_000, {
      what: 'all effects',
      deadlineMs: 20_000,
    });
    const effects = await world.effects();
    expect(effects.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(range(1, 1_000));
    expect(inOrder(effects)).toBe(true);
  });

  // Proves: bus.exactly-once
  test('do not count what a worker did whose partition another has by now', async () => {
    await using world = await counting();
    const { it, options, redis, database } = world;
    const { promise: hung, resolve: release } = Promise.withResolvers<void>();
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const outcomes: unknown[] = [];
    const zombie = it.bus.consume({
      ...options,
      async handle(batch) {
        enter();
        await hung;
        // It does not look at its signal: the fence must hold by itself.
        const fenced = Object.assign(Object.create(null), batch) as Batch;
        await options.handle(fenced).catch((error: unknown) => {
          outcomes.push(error);
          throw error;
        });
      },
    });
    await until(() => zombie.owned().length === 8, { what: 'the first worker' });
    const [place] = await it.bus.publish([tick(1, { key: 'a' })]);
    await entered;
    // Redis forgets who holds it, as it would after a failover, and the other does the work.
    await redis.redis.del(leaseKey(topic, place?.partition ?? 0, 'store'));
    await using second = openBus(redis.redis, { topics });
    const other = second.bus.consume(options);
    await until(async () => (await world.effects()).length === 1, { what: 'the effect of the other' });
    release();
    await until(() => outcomes.length > 0, { what: 'the zombie to fail' });
    await it.bus.publish([tick(2, { key: 'a' })]);
    await until(async () => (await world.effects()).length === 2, { what: 'the next effect' });
    expect(await world.effects()).toEqual([
      { key: 'a', n: 1 },
      { key: 'a', n: 2 },
    ]);
    await other[Symbol.asyncDispose]();
    const { rows } = await database.pool.query('select sum(count)::int as count from bus.position');
    expect(rows).toEqual([{ count: 2 }]);
  });

  test('move by themselves when the handler does not commit', async () => {
    await using world = await counting();
    const kept = memory();
    world.it.bus.consume({ ...world.options, handle: kept.handle });
    await world.it.bus.publish(ticks(1, 50, 20));
    await until(() => kept.seen.length === 50, { what: 'all events' });
    await until(
      async () => {
        const { rows } = await world.database.pool.query('select sum(count)::int as count from bus.position');
        return rows[0]?.count === 50;
      },
      { what: 'the positions' },
    );
  });
});

test('a group that keeps positions in Redis has nothing to commit in PostgreSQL, and is told so', async () => {
  await using redis = await createTestRedis();
  await using database = await busDatabase();
  await using it = openBus(redis.redis, { topics });
  const failures: unknown[] = [];
  it.bus.consume({
    ...{ group: 'g', topics: [topic], positions: 'redis', retry: { attempts: 1 } },
    async handle(batch) {
      await inTransaction(database.pool, (client) => batch.commitIn(client)).catch((error: unknown) =>
        failures.push(error),
      );
    },
  });
  await it.bus.publish([tick(1)]);
  await until(() => failures.length > 0, { what: 'the failure' });
  expect(String(failures[0])).toContain('keeps its positions in Redis');
});

test('what was trimmed past the hard limit is told as a gap, and counted', async () => {
  await using redis = await createTestRedis();
  await using it = openBus(redis.redis, { topics: { [topic]: { partitions: 1 } } });
  await it.office.groups.register(topic, 'g', { positions: 'redis', from: 'beginning' });
  await it.bus.publish(ticks(1, 100));
  await redis.redis.xtrim(streamKey(topic), 'MAXLEN', 40);
  const kept = memory();
  it.bus.consume({ group: 'g', topics: [topic], positions: 'redis', handle: kept.handle });
  await until(() => kept.seen.length === 40, { what: 'what is left' });
  expect(kept.batches.find(({ gap }) => gap !== null)?.gap?.reason).toContain('before they were read');
  expect(kept.numbers()).toEqual(range(61, 100));
  expect((await it.metrics.exposition()).text).toContain(
    'eaio_bus_events_missed_total{topic="test.ticked",group="g"} 60',
  );
});

// Proves: bus.priorities
test('an alert is handled at once while bulk readings stand still', async () => {
  await using redis = await createTestRedis();
  const both = { 'test.ticked': { priority: 'bulk' }, 'test.alerted': { priority: 'alert' } } as const;
  await using it = openBus(redis.redis, { topics: both });
  const { promise: hung, resolve: release } = Promise.withResolvers<void>();
  const alerts: number[] = [];
  const consumer = it.bus.consume({
    ...{ group: 'g', topics: Object.keys(both), positions: 'redis', concurrency: 1 },
    async handle(batch) {
      if (batch.topic === 'test.alerted') alerts.push(...numbersOf(batch));
      else await hung;
    },
  });
  await until(() => consumer.owned().length === 2, { what: 'both topics' });
  await it.bus.publish(ticks(1, 5_000));
  const before = performance.now();
  await it.bus.publish([tick(1, { type: 'eaio.test.alerted.v1' })]);
  await until(() => alerts.length === 1, { what: 'the alert' });
  expect(performance.now() - before).toBeLessThan(1_000);
  release();
});

// Proves: bus.repartition
test('the number of partitions changes under way, and the order within each key stays', async () => {
  await using redis = await createTestRedis();
  await using it = openBus(redis.redis, { topics: { [topic]: { partitions: 2 } } });
  await using other = openBus(redis.redis, { topics: { [topic]: { partitions: 2 } } });
  const kept = memory();
  it.bus.consume({ group: 'g', topics: [topic], positions: 'redis', handle: kept.handle, maxBatch: 7 });
  const publishing = (async () => {
    // Two publishers that know of the old partitions and learn of the new ones by being refused.
    for (let n = 1; n <= 4_000; n += 40) {
      await (n % 80 === 1 ? it : other).bus.publish(ticks(n, n + 39, 16));
      if (n === 1_001) await other.office.layouts.repartition(topic, 5);
      if (n === 2_601) await other.office.layouts.repartition(topic, 3);
    }
  })();
  await publishing;
  await until(() => kept.seen.length >= 4_000, { what: 'all events' });
  expect(kept.numbers()).toEqual(range(1, 4_000));
  expect(inOrder(kept.seen)).toBe(true);
  expect(new Set(kept.seen.map(({ partition }) => partition))).toEqual(new Set(range(0, 9)));
});

test('only declared topics are consumed', async () => {
  await using redis = await createTestRedis();
  await using it = openBus(redis.redis, { topics });
  expect(() =>
    it.bus.consume({ group: 'g', topics: ['test.other'], positions: 'redis', handle: async () => undefined }),
  ).toThrow('defineTopics');
});
