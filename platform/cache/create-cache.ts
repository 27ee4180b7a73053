import type { RedisConnection } from '../redis/redis.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type ByteCacheOptions, createByteCache } from './byte-cache.ts';
import { createCacheMetrics } from './cache-metrics.ts';
import { createFilledNotices } from './filled-notices.ts';
import { createInvalidationFeed, type InvalidationFeedOptions } from './invalidation-feed.ts';
import { createProcessLevel } from './process-level.ts';
import { createRedisLevel, type RedisLevelOptions } from './redis-level.ts';
import type { ByteCache, CacheHealth } from './types.ts';

export interface CacheOptions
  extends Pick<
      InvalidationFeedOptions,
      'bus' | 'topics' | 'leaseMs' | 'heartbeatMs' | 'outageMs' | 'settleMs'
    >,
    Pick<RedisLevelOptions, 'waitMs' | 'lockMs' | 'maxEntryBytes'>,
    Pick<
      ByteCacheOptions,
      'gzipFromBytes' | 'gzipAtOnceFromBytes' | 'feedWaitMs' | 'othersWaitMs' | 'monotonic' | 'now'
    > {
  /** Stays the caller's; the cache opens one connection beside it. */
  readonly redis: RedisConnection;
  readonly metrics: Metrics;
  /** Most that this process holds, default 128 MiB. */
  readonly maxBytes?: number;
  readonly onHealth?: (health: CacheHealth) => void;
  readonly onFailure?: (error: unknown) => void;
}

/** The two-level cache with all its parts; what it opened is closed with it. */
export function createCache(options: CacheOptions): ByteCache {
  const { redis, maxBytes = 128 * 1024 * 1024, onHealth = () => {}, onFailure } = options;
  const feed = createInvalidationFeed({
    ...options,
    onHealth(health) {
      // Nothing held from before an outage will be trusted: its memory is better used.
      if (health.status === 'ok') processLevel.clear();
      onHealth(health);
    },
  });
  const processLevel = createProcessLevel({ maxBytes, feed });
  const notices = createFilledNotices({ redis });
  const metrics = createCacheMetrics({ metrics: options.metrics, held: processLevel, onFailure });
  const cache = createByteCache({
    ...options,
    feed,
    processLevel,
    redisLevel: createRedisLevel(options),
    notices,
    metrics,
  });
  return {
    peek: cache.peek,
    fetch: cache.fetch,
    health: cache.health,
    async [Symbol.asyncDispose]() {
      await feed[Symbol.asyncDispose]();
      await cache[Symbol.asyncDispose]();
      await notices[Symbol.asyncDispose]();
    },
  };
}
