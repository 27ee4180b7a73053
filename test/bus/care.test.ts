import type { Batch } from '../../platform/bus/consume/types.ts';
import { runKeeper } from '../../platform/bus/keeper.ts';
import { createBusMetrics } from '../../platform/bus/metrics.ts';
import { createReplays, runReplays } from '../../platform/bus/replay/replay.ts';
import { createTestRedis } from '../kit/redis.ts';
import { until } from '../kit/wait.ts';
import { numbersOf, openBus, range, tick, ticks } from './ground.ts';

const topic = 'test.ticked';
const quick = { attempts: 3, firstPauseMs: 1, maxPauseMs: 5 };

describe('an event that its handler can not digest', () => {
  // Proves: bus.dead-letters
  test('goes to the dead letters after its attempts; the others go on, in order', async () => {
    await using redis = await createTestRedis();
    await using it = openBus(redis.redis, { topics: { [topic]: {} } });
    const done: number[] = [];
    let poisonous = true;
    const tries: number[] = [];
    await it.bus.publish(ticks(1, 100, 5));
    it.bus.consume({
      ...{ group: 'g', topics: [topic], positions: 'redis', retry: quick },
      async handle(batch) {
        if (batch.events.length === 1 && numbersOf(batch)[0] === 42) tries.push(batch.attempt);
        if (poisonous && numbersOf(batch).includes(42)) throw new Error('42 is too much');
        done.push(...numbersOf(batch));
      },
    });
    await until(() => done.length === 99, { what: 'the others' });
    expect(done).toEqual(range(1, 100).filter((n) => n !== 42));
    expect(tries).toEqual([1, 2, 3]);
    const { deadLetters } = it.office;
    const [letter] = await until(
      async () => {
        const letters = await deadLetters.list(topic, { limit: 10 });
        return letters.length === 1 && letters;
      },
      { what: 'the dead letter' },
    );
    expect(letter).toMatchObject({ group: 'g', reason: 'FAILED', attempts: 3, type: 'eaio.test.ticked.v1' });
    expect(letter?.error).toBe('42 is too much');
    expect(JSON.parse(letter?.entry[1] ?? '')).toMatchObject({ data: { n: 42 } });

    // Tried again while it is still wrong it comes back, the same letter; then it is mended, and goes through.
    expect(await deadLetters.retry(topic, letter?.id ?? '')).toBe(true);
    await until(async () => (await deadLetters.find(topic, letter?.id ?? ''))?.attempts === 6, {
      what: 'the letter to come back',
    });
    poisonous = false;
    await deadLetters.retry(topic, letter?.id ?? '');
    await until(() => done.length === 100, { what: 'the event' });
    expect(done.at(-1)).toBe(42);
    expect(await deadLetters.count(topic)).toBe(0);
    expect(await deadLetters.retry(topic, letter?.id ?? '')).toBe(false);
  });

  test('is no event at all: its bytes are kept, and it can be discarded', async () => {
    await using redis = await createTestRedis();
    await using it = openBus(redis.redis, { topics: { [topic]: {} } });
    const done: number[] = [];
    await redis.redis.xadd(`eaio:events:{${topic}}`, '*', 'event', '{"half');
    await it.bus.publish([tick(1)]);
    it.bus.consume({
      ...{ group: 'g', topics: [topic], positions: 'redis' },
      handle: async (batch) => void done.push(...numbersOf(batch)),
    });
    await until(() => done.length === 1, { what: 'the other' });
    const [letter] = await it.office.deadLetters.list(topic, { filter: { reason: 'UNREADABLE' }, limit: 5 });
    expect(letter?.entry).toEqual(['event', '{"half']);
    expect(await it.office.deadLetters.discard(topic, letter?.id ?? '')).toMatchObject({ id: letter?.id });
    expect(await it.office.deadLetters.count(topic)).toBe(0);
  });

  // Proves: bus.evolution
  test('is of a newer version: it waits in the dead letters, and is handled after the upgrade', async () => {
    await using redis = await createTestRedis();
    await using newer = openBus(redis.redis, { topics: { [topic]: {} }, versions: { [topic]: 2 } });
    await newer.bus.publish([tick(1, { type: 'eaio.test.ticked.v2' })]);
    const seen: string[] = [];
    const options = {
      ...{ group: 'g', topics: [topic], positions: 'redis' as const },
      handle: async (batch: Batch) => void seen.push(...batch.events.map(({ type }) => type)),
    };
    {
      await using older = openBus(redis.redis, { topics: { [topic]: {} } });
      older.bus.consume(options);
      await until(async () => (await older.office.deadLetters.count(topic)) === 1, { what: 'the letter' });
      expect(seen).toEqual([]);
    }
    newer.bus.consume(options);
    await until(() => seen.length === 1, { what: 'the event' });
    expect(seen).toEqual(['eaio.test.ticked.v2']);
  });

  // Proves: bus.evolution
  test('of an older version comes in the newest, by the upcaster of its topic', async () => {
    await using redis = await createTestRedis();
    await using older = openBus(redis.redis, { topics: { [topic]: {} } });
    await older.bus.publish([tick(1)]);
    const upcasters = { 1: (data: unknown) => ({ n: (data as { n: number }).n * 1_000 }) };
    await using newer = openBus(redis.redis, {
      topics: { [topic]: { upcasters } },
      versions: { [topic]: 2 },
    });
    const seen: unknown[] = [];
    newer.bus.consume({
      ...{ group: 'g', topics: [topic], positions: 'redis' },
      handle: async (batch) => void seen.push(...batch.events.map(({ type, data }) => ({ type, data }))),
    });
    await until(() => seen.length === 1, { what: 'the event' });
    expect(seen).toEqual([{ type: 'eaio.test.ticked.v2', data: { n: 1_000 } }]);
  });
});

// Proves: bus.back-pressure
test('a group that stands still pushes back with PIPE_FULL; what was taken is kept, and all goes on when it does', async () => {
  await using redis = await createTestRedis();
  await using it = openBus(redis.redis, { topics: { [topic]: { maxBacklog: 500 } } });
  const { promise: hung, resolve: release } = Promise.withResolvers<void>();
  const done: number[] = [];
  const consumer = it.bus.consume({
    ...{ group: 'g', topics: [topic], positions: 'redis' },
    async handle(batch) {
      await hung;
      done.push(...numbersOf(batch));
    },
  });
  await until(() => consumer.owned().length === 1, { what: 'the worker' });
  let taken = 0;
  const refused = await (async () => {
    for (;;) {
      try {
        await it.bus.publish(ticks(taken + 1, taken + 100));
        taken += 100;
      } catch (error) {
        return error;
      }
    }
  })();
  expect(refused).toMatchObject({
    code: 'PIPE_FULL',
    status: 429,
    extensions: { retryable: true, group: 'g' },
  });
  expect((refused as { extensions: { retryAfterMs: number } }).extensions.retryAfterMs).toBeGreaterThan(0);
  expect(taken).toBeLessThanOrEqual(600);
  release();
  await until(() => done.length === taken, { what: 'all that was taken' });
  await until(
    () =>
      it.bus.publish([tick(taken + 1)]).then(
        () => true,
        () => false,
      ),
    { what: 'the pipe to be free' },
  );
  await until(() => done.length === taken + 1, { what: 'the last' });
  expect(done).toEqual(range(1, taken + 1));
});

// Proves: bus.retention
test('what every group has read is trimmed by size and age; what one has not read is kept', async () => {
  await using redis = await createTestRedis();
  const retention = { maxEntries: 100, maxAgeMs: 60_000 };
  await using it = openBus(redis.redis, { topics: { [topic]: { retention, maxBacklog: 5_000 } } });
  let now = Date.now();
  const log = { warn() {}, error() {} };
  await using keeper = runKeeper({
    ...{ redis: redis.redis, office: it.office, metrics: createBusMetrics(it.metrics), log, everyMs: 60_000 },
    clock: () => now,
  });
  const length = () => redis.redis.xlen(`eaio:events:{${topic}}`);
  await it.office.groups.register(topic, 'slow', { positions: 'redis', from: 'beginning' });
  await it.bus.publish(ticks(1, 1_000));
  await keeper.round();
  expect(await length()).toBe(1_000);
  expect((await it.metrics.exposition()).text).toContain(
    'eaio_bus_lag_entries{topic="test.ticked",group="slow"} 1000',
  );
  const done: number[] = [];
  it.bus.consume({
    ...{ group: 'slow', topics: [topic], positions: 'redis' },
    handle: async (batch) => void done.push(...numbersOf(batch)),
  });
  await until(() => done.length === 1_000, { what: 'the group to read' });
  await until(async () => (await keeper.round()) > 0, { what: 'something to trim' });
  expect(await length()).toBeGreaterThanOrEqual(100);
  await until(
    async () => {
      await keeper.round();
      return (await length()) === 100;
    },
    { what: 'the size' },
  );
  now += 120_000;
  await keeper.round();
  expect(await length()).toBeLessThanOrEqual(1);
  expect(await it.office.groups.unregister(topic, 'slow')).toBe(true);
});

// Proves: bus.replay
test('a replay gives one group what it had, at its speed, tells how far it is, and disturbs no other', async () => {
  await using redis = await createTestRedis();
  await using it = openBus(redis.redis, { topics: { [topic]: { partitions: 4 } } });
  const seen = { one: [] as number[], other: [] as number[] };
  for (const group of ['one', 'other'] as const) {
    it.bus.consume({
      ...{ group, topics: [topic], positions: 'redis' },
      handle: async (batch) => void seen[group].push(...numbersOf(batch)),
    });
  }
  await it.bus.publish(ticks(1, 300, 20));
  await until(() => seen.one.length === 300 && seen.other.length === 300, { what: 'the live events' });
  const replays = createReplays({ redis: redis.redis, office: it.office });
  const log = { info() {}, warn() {} };
  await using _runner = runReplays({ redis: redis.redis, office: it.office, replays, log });
  const options = { topic, group: 'one', from: 0 };
  const replay = await replays.start({ ...options, eventsPerSecond: 1_000 });
  expect(replay).toMatchObject({ total: 300, given: 0, state: 'RUNNING' });
  await it.bus.publish([tick(301, { key: 'live' })]);
  await until(() => seen.one.length === 601, { what: 'the replay' });
  expect(seen.one.slice(300).toSorted((a, b) => a - b)).toEqual(range(1, 301));
  const done = await until(
    async () => (await replays.list(topic)).find(({ id, state }) => id === replay.id && state === 'DONE'),
    { what: 'the end of the replay' },
  );
  expect(done.given).toBe(300);
  expect(seen.other.length).toBe(301);

  const slow = await replays.start({ ...options, eventsPerSecond: 5 });
  await until(async () => (await replays.list(topic)).some(({ id, given }) => id === slow.id && given > 0), {
    what: 'progress',
  });
  expect(await replays.cancel(topic, slow.id)).toMatchObject({ state: 'CANCELLED' });
  expect((await replays.cancel(topic, slow.id))?.given).toBeLessThan(300);
  await expect(replays.start({ ...options, from: 'yesterday', eventsPerSecond: 5 })).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
  });
});
