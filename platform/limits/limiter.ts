import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RedisConnection } from '../redis/redis.ts';
import type { Limiter, Policy, Verdict } from './types.ts';

export interface LimiterOptions {
  readonly policy: Policy;
  readonly redis: RedisConnection;
  /** Told when Redis can't be asked, and each process goes by its own count. */
  readonly onAway?: ((error: unknown) => void) | undefined;
  /** How long Redis is left alone after it has failed; default 5 s. */
  readonly restMs?: number | undefined;
  readonly clock?: (() => number) | undefined;
}

/** Points that this process may give out for a key until the window ends. */
interface Lease {
  points: number;
  readonly endsAtMs: number;
  /** What the window still had when this was leased, the lease included. */
  readonly leftThen: number;
  readonly exhausted: boolean;
}

const fine: Verdict = { ok: true };
/** Of a window's points, the part that a process leases at once: what it does not use is lost to the others. */
const leasedPart = 1 / 100;
const maxKeys = 100_000;

/**
 * Fixed windows counted in Redis. A process takes points in blocks and gives them out by itself, so that most requests ask
 * nobody; all processes together never give out more than the policy has.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  const { policy, redis, onAway = () => undefined, restMs = 5_000, clock = Date.now } = options;
  const leases = new LRUCache<string, Lease>({ max: maxKeys });
  const block = Math.max(1, Math.floor(policy.points * leasedPart));
  const window = { points: policy.points, duration: policy.windowS, keyPrefix: `eaio:limit:${policy.name}` };
  const shared = new RateLimiterRedis({ ...window, storeClient: redis });
  const own = new RateLimiterMemory(window);
  let restsUntilMs = 0;

  async function consume(key: string, points: number): Promise<RateLimiterRes> {
    if (clock() >= restsUntilMs) {
      try {
        return await asResult(shared.consume(key, points));
      } catch (error) {
        restsUntilMs = clock() + restMs;
        onAway(error);
      }
    }
    return await asResult(own.consume(key, points));
  }

  function takeNow(key: string, points: number): Verdict | undefined {
    const lease = leases.get(key);
    if (lease === undefined) return undefined;
    const restMsOfWindow = lease.endsAtMs - clock();
    if (restMsOfWindow <= 0) return undefined;
    if (lease.points >= points) {
      lease.points -= points;
      return fine;
    }
    return lease.exhausted ? { ok: false, policy, retryAfterMs: restMsOfWindow } : undefined;
  }

  return {
    policy,
    takeNow,
    async take(key, points) {
      const now = takeNow(key, points);
      if (now !== undefined) return now;
      const asked = Math.max(block, Math.ceil(points));
      const { consumedPoints, msBeforeNext } = await consume(key, asked);
      // What was counted beyond the window's end is not ours.
      const granted = Math.max(0, Math.min(asked, policy.points - (consumedPoints - asked)));
      const before = leases.get(key);
      const endsAtMs = clock() + msBeforeNext;
      const kept = before !== undefined && before.endsAtMs > clock() ? before.points : 0;
      const held = granted + kept;
      const ok = held >= points;
      leases.set(key, {
        points: ok ? held - points : held,
        endsAtMs,
        leftThen: Math.max(0, policy.points - consumedPoints) + held,
        exhausted: consumedPoints >= policy.points,
      });
      return ok ? fine : { ok: false, policy, retryAfterMs: Math.max(1, msBeforeNext) };
    },
    left(key) {
      const lease = leases.get(key);
      if (lease === undefined) return undefined;
      const seconds = Math.max(0, Math.ceil((lease.endsAtMs - clock()) / 1_000));
      return { points: Math.max(0, Math.floor(lease.exhausted ? lease.points : lease.leftThen)), seconds };
    },
  };
}

/** The library rejects with the same object that it resolves with when the points are used up; anything else is a failure. */
async function asResult(consumed: Promise<RateLimiterRes>): Promise<RateLimiterRes> {
  try {
    return await consumed;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return refused;
    throw refused;
  }
}
