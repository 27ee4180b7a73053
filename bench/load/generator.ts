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
  readonly statusCodeStats?: Readonly<Record<string, { readonly count: number }>>;
}
interface Client {
  setRequests(requests: readonly { readonly body: string }[]): void;
}
type Autocannon = (options: Readonly<Record<string, unknown>>) => Promise<Result>;

// The package has no types, and is CommonJS.
const autocannon: Autocannon = createRequire(import.meta.url)('autocannon');

async function fire(order: LoadOrder): Promise<LoadResult> {
  const { url, headers, bodies, seconds, connections, ratePerSecond } = order;
  const requests = bodies.map((body) => ({ body }));
  // Each connection has a part of its own: no two of them ask the same at the same time, unless there is but one question.
  let connection = 0;
  const result = await autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    duration: seconds,
    connections,
    requests,
    setupClient(client: Client) {
      const mine = requests.filter((_, index) => index % connections === connection % connections);
      if (mine.length > 0) client.setRequests(mine);
      connection += 1;
    },
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
    failures: failuresOf(result),
  };
}

function failuresOf({ errors, timeouts, statusCodeStats = {} }: Result): LoadResult['failures'] {
  const statuses = Object.entries(statusCodeStats).filter(([status]) => !status.startsWith('2'));
  const counts = [
    ['errors', errors],
    ['timeouts', timeouts],
    ...statuses.map(([status, { count }]) => [status, count]),
  ];
  return Object.fromEntries(counts.filter(([, count]) => count !== 0));
}

process.on('message', async (order: LoadOrder) => {
  process.send?.(await fire(order));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
