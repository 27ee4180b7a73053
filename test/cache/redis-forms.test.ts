import { createTestRedisCluster } from '../kit/redis-cluster.ts';
import { createTestSentinel } from '../kit/redis-sentinel.ts';
import { until } from '../kit/wait.ts';
import { changed, openEdge } from './ground.ts';

type Edge = ReturnType<typeof openEdge>;

/** An answer that takes longer than this waited for Redis without a bound. */
const boundMs = 2_500;
const quick = { outageMs: 300, settleMs: 200 } as const;

/** Two edge processes' caches that trust each other's answers. */
async function openEdges(url: string) {
  const [edge, other] = [openEdge(url, quick), openEdge(url, quick)];
  await Promise.all([live(edge), live(other)]);
  for (let n = 0, source = ''; source !== 'redis'; n += 1) {
    await edge.ask(`warm${n}`, 'one', { tags: [] });
    source = (await other.ask(`warm${n}`, 'two', { tags: [] })).source;
  }
  return {
    ...{ edge, other },
    async [Symbol.asyncDispose]() {
      await edge[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
    },
  };
}

const live = ({ cache }: Edge) =>
  until(() => cache.health().status === 'ok', { what: 'the cache to be live', deadlineMs: 20_000 });

const degraded = ({ cache }: Edge) =>
  until(() => cache.health().status === 'degraded', { what: 'health to tell' });

async function bounded<T>(asked: Promise<T>): Promise<T> {
  const begun = performance.now();
  const answer = await asked;
  expect(performance.now() - begun).toBeLessThan(boundMs);
  return answer;
}

const tellsOf = (edge: Edge, key: string) =>
  until(() => edge.cache.peek(key, 'TEST') === undefined, { what: 'the event' });

// Proves: cache.cluster
test('on a cluster answers are shared and made stale by events, and the loss of a node costs nothing but the cache', async () => {
  await using cluster = await createTestRedisCluster();
  await using it = await openEdges(cluster.url);
  const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
  for (const key of keys) await it.edge.ask(key, 'one');
  // Whatever the node that has it.
  for (const key of keys) {
    await until(async () => (await it.other.ask(key, 'one')).source !== 'computed', {
      what: 'the answer in Redis',
    });
  }
  await it.edge.bus.publish([changed('a')]);
  await Promise.all([tellsOf(it.edge, 'k0'), tellsOf(it.other, 'k0')]);
  for (const key of keys) expect((await it.other.ask(key, 'two')).body).toBe('two');

  const [, node] = cluster.masters;
  await node?.stop();
  await degraded(it.edge);
  for (const key of keys) {
    expect(await bounded(it.edge.ask(key, 'three'))).toMatchObject({ body: 'three', source: 'computed' });
  }
  await node?.start();
  await Promise.all([live(it.edge), live(it.other)]);
  expect(await it.edge.ask('k0', 'four')).toMatchObject({ body: 'four', source: 'computed' });
  expect(await it.edge.ask('k0', 'five')).toMatchObject({ body: 'four', source: 'process' });
}, 60_000);

// Proves: cache.sentinel
test('over a failover that sentinels make, answers are computed in time, and what was kept before is not trusted', async () => {
  await using group = await createTestSentinel();
  await using it = await openEdges(group.url);
  await it.edge.ask('k', 'one');
  await until(async () => (await it.other.ask('k', 'one')).source !== 'computed', {
    what: 'the answer in Redis',
  });
  await group.replicated();
  await group.killMaster();
  await Promise.all([degraded(it.edge), degraded(it.other)]);
  // What it is about changes meanwhile, and no event can tell of it.
  expect(await bounded(it.edge.ask('k', 'two'))).toMatchObject({ body: 'two', source: 'computed' });
  expect(await bounded(it.other.ask('k', 'two'))).toMatchObject({ body: 'two', source: 'computed' });
  await Promise.all([live(it.edge), live(it.other)]);
  // The replica that took over still holds the old answer.
  expect((await it.other.ask('k', 'three')).body).toBe('three');
  expect((await it.edge.ask('k', 'three')).body).toBe('three');
  await it.edge.bus.publish([changed('a')]);
  await Promise.all([tellsOf(it.edge, 'k'), tellsOf(it.other, 'k')]);
  expect((await it.edge.ask('k', 'four')).body).toBe('four');
  expect((await it.other.ask('k', 'four')).body).toBe('four');
}, 60_000);
