/** The process that makes the load: autocannon, told by its parent what to fire at whom. One answer for each order. */
import { createRequire } from 'node:module';
import type { LoadOrder, LoadResult } from './load.ts';

interface Result {
  readonly requests: { readonly total: number };
  readonly latency: Readonly<Record<'p50' | 'p99' | 'max', number>>;
  readonly duration: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly '2xx': number;
  readonly non2xx: number;
}
type Autocannon = (options: Readonly<Record<string, unknown>>) => Promise<Result>;

// The package has no types, and is CommonJS.
const autocannon: Autocannon = createRequire(import.meta.url)('autocannon');

async function fire(order: LoadOrder): Promise<LoadResult> {
  const { url, headers, bodies, seconds, connections, ratePerSecond } = order;
  const result = await autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    duration: seconds,
    connections,
    requests: bodies.map((body) => ({ body })),
    // With a rate the latencies count from when each request was due, not from when it could be sent.
    ...(ratePerSecond !== undefined && { overallRate: ratePerSecond }),
  });
  const { latency } = result;
  return {
    perSecond: result['2xx'] / result.duration,
    requests: result.requests.total,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    maxMs: latency.max,
    failed: result.errors + result.timeouts + result.non2xx,
  };
}

process.on('message', async (order: LoadOrder) => {
  process.send?.(await fire(order));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
