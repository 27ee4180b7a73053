/** So many points in each window of time. */
export interface Policy {
  /** As the RateLimit header fields name it. */
  readonly name: string;
  readonly points: number;
  readonly windowS: number;
}

export type Verdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly policy: Policy; readonly retryAfterMs: number };

/** One policy, kept over all processes for each key (a principal, an address). */
export interface Limiter {
  readonly policy: Policy;
  /** Without waiting, out of what this process has leased; undefined: ask `take`. */
  takeNow(key: string, points: number): Verdict | undefined;
  /** Never rejects: without Redis each process keeps the policy for itself. */
  take(key: string, points: number): Promise<Verdict>;
  /** What is left of the window, for the RateLimit field: as of the last lease. Undefined for a key that is not known here. */
  left(key: string): { readonly points: number; readonly seconds: number } | undefined;
}
