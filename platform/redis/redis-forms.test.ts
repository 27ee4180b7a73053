import { createTestRedisCluster } from '../../test/kit/redis-cluster.ts';
import { createTestSentinel } from '../../test/kit/redis-sentinel.ts';
import { until, within } from '../../test/kit/wait.ts';
import { closeRedis, createRedis, duplicateForBlocking, duplicateRedis, onConnectionLost } from './redis.ts';
import { waitForRedis } from './wait.ts';

const name = 'test';
const promptly = { what: 'a command to end', deadlineMs: 3_000 };

describe('a cluster', () => {
  test('takes keys of every node, scripts and transactions of one slot, and blocking reads', async () => {
    await using cluster = await createTestRedisCluster();
    await waitForRedis(cluster.url, { deadlineMs: 5_000 });
    const redis = createRedis(cluster.url, { name });
    const keys = Array.from({ length: 30 }, (_, index) => `k${index}`);
    await Promise.all(keys.map((key) => redis.set(key, key)));
    expect(await Promise.all(keys.map((key) => redis.get(key)))).toEqual(keys);
    expect(new Set(await Promise.all(keys.map((key) => cluster.nodeOf(key)))).size).toBe(3);
    const script = "redis.call('SET', KEYS[2], 'b'); return redis.call('GET', KEYS[1])";
    expect(await redis.multi().set('{t}a', 'a').get('{t}a').exec()).toEqual([
      [null, 'OK'],
      [null, 'a'],
    ]);
    expect(await redis.eval(script, 2, '{t}a', '{t}b')).toBe('a');
    const blocking = duplicateForBlocking(redis, { name: 'test-blocking', blockMs: 200 });
    expect(await blocking.xread('BLOCK', 50, 'STREAMS', 'none', '$')).toBeNull();
    blocking.disconnect();
    await closeRedis(redis);
  });

  test('carries messages to whoever subscribes', async () => {
    await using cluster = await createTestRedisCluster();
    const subscriber = duplicateRedis(cluster.redis, {
      name: 'test-subscriber',
      server: { commandTimeout: undefined },
    });
    const heard: string[] = [];
    subscriber.on('message', (_channel, message: string) => heard.push(message));
    await subscriber.subscribe('channel');
    await cluster.redis.publish('channel', 'hello');
    await until(() => heard.includes('hello'), { what: 'the message' });
    subscriber.disconnect();
  });

  test('with a node lost commands end in time, the loss is told, and all is well when it is back', async () => {
    await using cluster = await createTestRedisCluster();
    const redis = createRedis(cluster.url, { name, commandTimeoutMs: 500 });
    let losses = 0;
    const stopListening = onConnectionLost(redis, () => {
      losses += 1;
    });
    await redis.set('a', '1');
    const node = await cluster.nodeOf('a');
    await node.stop();
    await expect(within(redis.get('a'), promptly)).rejects.toThrow();
    await until(() => losses > 0, { what: 'the loss to be told' });
    await node.start();
    await until(() => redis.set('a', '2').catch(() => undefined), {
      what: 'the node to take commands again',
    });
    expect(await redis.get('a')).toBe('2');
    stopListening();
    redis.disconnect();
  });

  test('that stands still or is gone as a whole makes nobody wait, and is found again', async () => {
    await using cluster = await createTestRedisCluster();
    const redis = createRedis(cluster.url, { name, commandTimeoutMs: 300 });
    await redis.set('a', '1');
    for (const node of cluster.masters) node.pause();
    await expect(within(redis.get('a'), promptly)).rejects.toThrow('Command timed out');
    for (const node of cluster.masters) node.resume();
    await Promise.all(cluster.masters.map((node) => node.stop()));
    await expect(within(redis.get('a'), promptly)).rejects.toThrow();
    await Promise.all(cluster.masters.map((node) => node.start()));
    await until(() => redis.set('a', '2').catch(() => undefined), { what: 'the cluster to be found again' });
    redis.disconnect();
  });

  test('that nobody finds is said to be so', async () => {
    await expect(waitForRedis('redis+cluster://127.0.0.1:1', { deadlineMs: 300 })).rejects.toThrow(
      /Redis at redis\+cluster:\/\/127.0.0.1:1 does not answer: Failed to refresh slots cache/,
    );
  });
});

describe('sentinels', () => {
  test('lead to the master, and after its death to the replica that took over', async () => {
    await using group = await createTestSentinel();
    await waitForRedis(group.url, { deadlineMs: 5_000 });
    const redis = createRedis(group.url, { name, commandTimeoutMs: 500 });
    await redis.set('a', '1');
    await group.replicated();
    const before = await group.masterPort();
    await group.killMaster();
    await expect(within(redis.get('a'), promptly)).rejects.toThrow();
    expect(
      await until(() => redis.get('a').catch(() => undefined), {
        what: 'the new master',
        deadlineMs: 20_000,
      }),
    ).toBe('1');
    expect(await redis.set('a', '2')).toBe('OK');
    expect(await group.masterPort()).not.toBe(before);
    await closeRedis(redis);
  }, 30_000);

  test('lead away from a master that stands still with its connections open', async () => {
    await using group = await createTestSentinel();
    const redis = createRedis(group.url, { name, commandTimeoutMs: 500 });
    await redis.set('a', '1');
    await group.replicated();
    group.pauseMaster();
    await expect(within(redis.get('a'), promptly)).rejects.toThrow('Command timed out');
    expect(
      await until(() => redis.set('a', '2').catch(() => undefined), {
        what: 'the new master',
        deadlineMs: 20_000,
      }),
    ).toBe('OK');
    group.resumeMaster();
    redis.disconnect();
  }, 30_000);

  test('that nobody finds are said to be so', async () => {
    await expect(waitForRedis('redis+sentinel://127.0.0.1:1/eaio', { deadlineMs: 300 })).rejects.toThrow(
      /does not answer: .*/,
    );
  });
});
