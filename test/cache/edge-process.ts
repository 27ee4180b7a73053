import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRedis } from '../../platform/redis/redis.ts';
import { computed, openEdge } from './ground.ts';

/** What an edge process answers to `GET /`. */
export interface Served {
  /** The value that the store had when the answer was made. */
  readonly value: number;
  readonly source: 'process' | 'redis' | 'joined' | 'computed';
  /** When the answer left the cache: nanoseconds of the machine's monotonic clock, the same in all its processes. */
  readonly servedAtNs: string;
}

/** Where the truth is kept; it stands for the database. */
export const truth = 'test:truth';

/** One edge: a cache on one way to Redis, the truth on another, and a server that answers. Prints its address. */
export async function serveEdge(url: string, storeUrl: string): Promise<void> {
  const { cache } = openEdge(url);
  const store = createRedis(storeUrl, { name: 'test-truth' });
  const server = createServer(async (_request, response) => {
    const found =
      cache.peek('k', 'TEST') ??
      (await cache.fetch('k', 'TEST', async () => computed((await store.get(truth)) ?? '0')));
    const served: Served = {
      value: Number(found.entry.body.toString()),
      source: found.source,
      servedAtNs: String(process.hrtime.bigint()),
    };
    response.end(JSON.stringify(served));
  });
  server.listen(0, '127.0.0.1', () =>
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  );
}
