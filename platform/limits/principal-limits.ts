import { LRUCache } from 'lru-cache';
import { EaioError } from '../errors/eaio-error.ts';
import { limitField, policyField } from './fields.ts';
import type { Limiter, Verdict } from './types.ts';

/** What each principal may ask in a time, over every door that leads to the graph. */
export interface PrincipalLimits {
  /** RATE_LIMITED, null when it is fine, undefined when that can't be told without waiting. */
  takeNow(subject: string, cost: number): EaioError | null | undefined;
  take(subject: string, cost: number): Promise<EaioError | null>;
  /** For answers: what the policies are, and what is left of the first. */
  fields(subject: string): { readonly policy: string; readonly limit: string | undefined };
}

/** Points of each: a request, or its cost. */
export interface Counted {
  readonly limiter: Limiter;
  readonly of: 'request' | 'cost';
}

/** What is told is as old as this at most: to look it up for each of thousands of answers a second helps nobody. */
const toldForMs = 100;

interface Told {
  readonly policy: string;
  readonly limit: string | undefined;
  readonly untilMs: number;
}

/** Passing the first of several limits and failing the second has used up the first: whoever is over a limit pays for asking. */
export function createPrincipalLimits(
  limits: readonly [Counted, ...Counted[]],
  clock: () => number = Date.now,
): PrincipalLimits {
  const policy = policyField(limits.map(({ limiter }) => limiter.policy));
  const [first] = limits;
  const told = new LRUCache<string, Told>({ max: 10_000 });
  return {
    takeNow(subject, cost) {
      for (const { limiter, of } of limits) {
        const verdict = limiter.takeNow(subject, of === 'cost' ? cost : 1);
        if (verdict === undefined) return undefined;
        if (!verdict.ok) return rateLimited(verdict);
      }
      return null;
    },
    async take(subject, cost) {
      for (const { limiter, of } of limits) {
        const verdict = await limiter.take(subject, of === 'cost' ? cost : 1);
        if (!verdict.ok) return rateLimited(verdict);
      }
      return null;
    },
    fields(subject) {
      const now = clock();
      const known = told.get(subject);
      if (known !== undefined && known.untilMs > now) return known;
      const fresh = { policy, limit: limitField(first.limiter, subject), untilMs: now + toldForMs };
      told.set(subject, fresh);
      return fresh;
    },
  };
}

export function rateLimited({ policy, retryAfterMs }: Verdict & { ok: false }): EaioError {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return new EaioError(
    'RATE_LIMITED',
    `The limit "${policy.name}" is reached: ${policy.points} in ${policy.windowS} s. Come back in ${seconds} s.`,
    { details: { policy: policy.name, retryAfterMs: Math.ceil(retryAfterMs) } },
  );
}

/** Whole seconds for `Retry-After`; undefined when the error does not say. */
export function retryAfterSeconds(error: EaioError): number | undefined {
  const ms = error.extensions['retryAfterMs'];
  return typeof ms === 'number' ? Math.max(1, Math.ceil(ms / 1_000)) : undefined;
}
