import { Redis } from 'ioredis';
import { duplicateRedis, type RedisConnection } from '../redis/redis.ts';

/**
 * A second connection to where `redis` is, for reads that wait in Redis. It lives once: ioredis would reconnect it by itself
 * and, without resending, leave the read that waited unanswered for ever; so a loss ends it, which rejects the read at once,
 * and the reader, who then must know what was missed, opens the next. Errors are told by the read's rejection.
 */
export function openWaitingConnection(redis: RedisConnection): RedisConnection {
  const { connectionName = 'eaio' } =
    redis instanceof Redis ? redis.options : (redis.options.redisOptions ?? {});
  return duplicateRedis(redis, {
    name: `${connectionName}-bus`,
    server: { commandTimeout: undefined, retryStrategy: () => null, maxRetriesPerRequest: null },
  });
}
