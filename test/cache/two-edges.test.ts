import { Pool } from 'undici';
import { createTestRedis, type TestRedis } from '../kit/redis.ts';
import { runScript } from '../kit/script.ts';
import { createTcpProxy } from '../kit/tcp-proxy.ts';
import { until } from '../kit/wait.ts';
import { type Served, truth } from './edge-process.ts';
import { changed, openBus } from './ground.ts';

/** What the product promises: an invalidated answer is never served later than this after the event was acknowledged. */
const promisedMs = 100;

const edge = `
  import { serveEdge } from './test/cache/edge-process.ts';
  await serveEdge(process.argv[1], process.argv[2]);`;

/** Two edge processes with callers who never stop asking, and someone who changes what they ask for. */
async function openEdges(redis: TestRedis, urls: readonly [string, string]) {
  await using made = new AsyncDisposableStack();
  const { bus } = made.use(openBus(redis.url));
  const processes = urls.map((url) => made.use(runScript(edge, { args: [url, redis.url] })));
  const addresses = await Promise.all(processes.map((each) => each.line()));
  const pools = addresses.map((address) => made.adopt(new Pool(address), (pool) => pool.close()));

  const cached: Served[] = [];
  const newest = [0, 0];
  let asking = true;
  async function ask(pool: Pool, index: number): Promise<void> {
    while (asking) {
      const { body } = await pool.request({ path: '/', method: 'GET' });
      const served = (await body.json()) as Served;
      // What was computed was asked of the truth itself, however long the answer took.
      if (served.source !== 'computed') cached.push(served);
      newest[index] = Math.max(newest[index] ?? 0, served.value);
    }
  }
  const callers = pools.flatMap((pool, index) => [0, 1, 2].map(() => ask(pool, index)));
  made.defer(async () => {
    asking = false;
    await Promise.all(callers);
  });

  /** When the event that made each value stale was acknowledged. */
  const staleSinceNs = new Map<number, bigint>();
  const stack = made.move();
  return {
    cached,
    /** Until both edges serve the new value. */
    async change(value: number): Promise<void> {
      await redis.redis.set(truth, value);
      await bus.publish([changed('a')]);
      staleSinceNs.set(value - 1, process.hrtime.bigint());
      await until(() => newest.every((each) => each === value), { what: `both edges to serve ${value}` });
    },
    /** How long after its event the latest stale answer left an edge. */
    latestMs(): number {
      const late = cached.map(({ value, servedAtNs }) => {
        const since = staleSinceNs.get(value);
        return since === undefined ? 0 : Number(BigInt(servedAtNs) - since) / 1e6;
      });
      return Math.max(0, ...late);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

// Proves: cache.invalidation-100ms
test('two edge processes never serve what an event made stale more than 100 ms ago', async () => {
  await using redis = await createTestRedis();
  await using edges = await openEdges(redis, [redis.url, redis.url]);
  for (let value = 1; value <= 60; value++) await edges.change(value);
  console.info(
    `${edges.cached.length} cached answers, 60 events: the latest stale one left ${edges.latestMs().toFixed(1)} ms after its event was acknowledged.`,
  );
  expect(edges.cached.length).toBeGreaterThan(60);
  expect(edges.latestMs()).toBeLessThanOrEqual(promisedMs);
}, 60_000);

// Proves: cache.invalidation-100ms, cache.redis-gone
test('not even when the events do not reach one of them any more', async () => {
  await using redis = await createTestRedis();
  await using proxy = await createTcpProxy({ port: Number(new URL(redis.url).port) });
  await using edges = await openEdges(redis, [redis.url, proxy.through(redis.url)]);
  for (let value = 1; value <= 8; value++) {
    await edges.change(value);
    // Half-open: the connections stay, and nothing comes.
    if (value % 4 === 2) proxy.silence();
    if (value % 4 === 0) proxy.speak();
  }
  console.info(`With one edge cut off: ${edges.latestMs().toFixed(1)} ms.`);
  expect(edges.latestMs()).toBeLessThanOrEqual(promisedMs);
}, 60_000);
