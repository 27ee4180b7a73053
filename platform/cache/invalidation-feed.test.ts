import { changed, openBus, topic } from '../../test/cache/ground.ts';
import { createTestRedis, type TestRedis } from '../../test/kit/redis.ts';
import { until } from '../../test/kit/wait.ts';
import { streamKey } from '../bus/keys.ts';
import { createRedis } from '../redis/redis.ts';
import { createInvalidationFeed, type InvalidationFeedOptions } from './invalidation-feed.ts';
import type { CacheHealth } from './types.ts';

/** Short enough for tests to see an outage and its end. */
const quick = { outageMs: 200, settleMs: 100 } as const;

async function setUp(options: Partial<InvalidationFeedOptions> = {}, server?: TestRedis) {
  const own = server ?? (await createTestRedis());
  const ground = openBus(own.url);
  const redis = createRedis(own.url, { name: 'test-feed', commandTimeoutMs: 1_000 });
  const changes: CacheHealth[] = [];
  const { bus } = ground;
  const feed = createInvalidationFeed({
    ...{ bus, redis, topics: [topic], ...quick, onHealth: (health) => changes.push(health) },
    ...options,
  });
  return {
    ...{ server: own, bus, feed, changes },
    live: () => until(() => feed.isLive(), { what: 'the feed to be live' }),
    status: (status: CacheHealth['status']) =>
      until(() => feed.health().status === status, { what: `health ${status}` }),
    async [Symbol.asyncDispose]() {
      await feed[Symbol.asyncDispose]();
      await ground[Symbol.asyncDispose]();
      redis.disconnect();
      if (!server) await own[Symbol.asyncDispose]();
    },
  };
}

test('is degraded until it has asked Redis, then live', async () => {
  await using it = await setUp();
  expect(it.feed.isLive()).toBe(false);
  expect(it.feed.health()).toMatchObject({ status: 'degraded', reason: 'starting' });
  await it.live();
  expect(it.feed.health()).toEqual({ status: 'ok' });
  expect(it.changes).toEqual([{ status: 'ok' }]);
});

test('an event makes invalid what began before it, and only what has its tags', async () => {
  await using it = await setUp();
  await it.live();
  const before = it.feed.asOf();
  const version = it.feed.version;
  await it.bus.publish([changed('energy:Fox')]);
  await until(() => it.feed.version !== version, { what: 'the event' });
  expect(it.feed.isValid(before, ['energy:Fox'])).toBe(false);
  expect(it.feed.isValid(before, ['energy:Owl'])).toBe(true);
  expect(it.feed.isValid(it.feed.asOf(), ['energy:Fox'])).toBe(true);
});

test('what began before this process followed the bus is not trusted', async () => {
  await using first = await setUp();
  await first.live();
  const old = first.feed.asOf();
  await using second = await setUp({}, first.server);
  await second.live();
  expect(second.feed.isValid(old, [])).toBe(false);
  await until(() => second.feed.isValid(first.feed.asOf(), []), { what: 'the first to go on' });
});

// Proves: cache.redis-gone
test('while Redis stands still the lease ends at once, then health is degraded, and it recovers by itself', async () => {
  await using it = await setUp();
  await it.live();
  const before = it.feed.asOf();
  it.server.pause();
  await until(() => !it.feed.isLive(), { what: 'the lease to end' });
  await it.status('degraded');
  expect(await it.feed.whenLive(1_000)).toBe(false);
  it.server.resume();
  await it.live();
  expect(it.changes.map(({ status }) => status)).toEqual(['ok', 'degraded', 'ok']);
  // A publisher may have dropped events meanwhile: nothing from before is trusted.
  expect(it.feed.isValid(before, [])).toBe(false);
  expect(it.feed.isValid(it.feed.asOf(), [])).toBe(true);
});

test('a Redis that comes back without its data is noticed, and followed', async () => {
  await using it = await setUp();
  await it.live();
  await it.bus.publish([changed('a')]);
  const before = it.feed.asOf();
  await it.server.stop();
  await it.status('degraded');
  await it.server.start();
  await it.live();
  expect(it.feed.isValid(before, [])).toBe(false);
  const version = it.feed.version;
  const between = it.feed.asOf();
  await it.bus.publish([changed('a')]);
  await until(() => it.feed.version !== version, { what: 'an event of the new Redis' });
  expect(it.feed.isValid(between, ['a'])).toBe(false);
});

test('a stream that ends before the place that was followed is a loss of events', async () => {
  await using it = await setUp();
  await it.live();
  await it.bus.publish([changed('a')]);
  await until(() => it.feed.asOf().positions[topic] !== '0-0', { what: 'the event' });
  const before = it.feed.asOf();
  await it.server.redis.flushall();
  await it.status('degraded');
  await it.live();
  expect(it.feed.isValid(before, [])).toBe(false);
});

test('waits for the lease only as long as it may', async () => {
  await using it = await setUp({ outageMs: 60_000 });
  await it.live();
  it.server.pause();
  await until(() => !it.feed.isLive(), { what: 'the lease to end' });
  expect(await it.feed.whenLive(20)).toBe(false);
  it.server.resume();
  expect(await it.feed.whenLive(5_000)).toBe(true);
});

test('events that were trimmed away before they were read make everything before them untrusted', async () => {
  await using it = await setUp({ outageMs: 60_000 });
  await it.live();
  const before = it.feed.asOf();
  const { redis } = it.server;
  await redis.multi().xadd(streamKey(topic), '*', 'any', '').xtrim(streamKey(topic), 'MAXLEN', 0).exec();
  // Its connection has its name only once it stands.
  const readerOf = async () => /id=(\d+) .* name=test-bus-bus /.exec(String(await redis.client('LIST')))?.[1];
  const reader = await until(readerOf, { what: "the follower's connection" });
  await redis.client('KILL', 'ID', Number(reader));
  await until(() => it.changes.some(({ status }) => status === 'degraded'), { what: 'the gap' });
  await it.live();
  expect(it.changes[1]).toMatchObject({ reason: expect.stringContaining('were missed') });
  expect(it.feed.isValid(before, [])).toBe(false);
});

test('closed, it is not live', async () => {
  const it = await setUp();
  await it.live();
  await it[Symbol.asyncDispose]();
  expect(it.feed.isLive()).toBe(false);
  expect(await it.feed.whenLive(1_000)).toBe(false);
});
