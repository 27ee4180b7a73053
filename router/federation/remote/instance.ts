import { Pool } from 'undici';
import { type CircuitBreaker, type CircuitBreakerOptions, createCircuitBreaker } from './circuit-breaker.ts';

export interface InstanceOptions {
  /** Its GraphQL address, for example `http://energy-0:4100/graphql`. */
  readonly url: string;
  /** Connections kept alive at most; one request at a time on each. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  readonly breaker: Omit<CircuitBreakerOptions, 'clock'>;
  readonly clock: () => number;
}

/** One process that serves a subgraph: its connections, and what we know of its health. */
export interface Instance extends AsyncDisposable {
  readonly url: URL;
  readonly pool: Pool;
  readonly breaker: CircuitBreaker;
  /** Requests under way. */
  outstanding: number;
  /** What the last health check said; true until one fails. */
  healthy: boolean;
}

export function createInstance({
  url,
  connections,
  connectTimeoutMs,
  breaker,
  clock,
}: InstanceOptions): Instance {
  const address = new URL(url);
  const pool = new Pool(address.origin, {
    connections,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    connect: { timeout: connectTimeoutMs },
    // Time limits are the request's own, by its signal.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    url: address,
    pool,
    breaker: createCircuitBreaker({ ...breaker, clock }),
    outstanding: 0,
    healthy: true,
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}
