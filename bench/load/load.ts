import { type Child, startChild } from '../ground/child.ts';

/** POSTs of JSON to one address. */
export interface LoadOrder {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Dealt out to the connections; each sends its own in turn, and all send the same when there is but one. */
  readonly bodies: readonly string[];
  readonly seconds: number;
  readonly connections: number;
  /** Open loop: so many a second whatever the server does. Absent, closed loop: each connection sends when it has its answer. */
  readonly ratePerSecond?: number | undefined;
}

export interface LoadResult {
  /** Good answers (2xx) only. */
  readonly perSecond: number;
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Errors, timeouts and answers that were not 2xx. */
  readonly failed: number;
  /** How many of each kind: `{ timeouts: 2, 503: 7 }`. */
  readonly failures: Readonly<Record<string, number>>;
}

export interface Load extends AsyncDisposable {
  /** @throws Error when a request failed: a figure with failures in it would compare nothing. */
  fire(order: LoadOrder): Promise<LoadResult>;
}

/** Load from a process of its own. */
export async function openLoad(): Promise<Load> {
  const { child }: { child: Child } = await startChild(new URL('./generator.ts', import.meta.url), null);
  return {
    async fire(order) {
      const result = (await child.ask(order)) as LoadResult;
      if (result.failed > 0 || result.requests === 0)
        throw new Error(
          `${result.failed} of ${result.requests} requests to ${order.url} failed: ${JSON.stringify(result.failures)}`,
        );
      return result;
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
