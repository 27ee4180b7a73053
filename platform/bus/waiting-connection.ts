import { Redis } from 'ioredis';

/**
 * A second connection to where `redis` is, for reads that wait in Redis. It lives once: ioredis would reconnect it by itself
 * and, without resending, leave the read that waited unanswered for ever; so a loss ends it, which rejects the read at once,
 * and the reader, who then must know what was missed, opens the next.
 */
export function openWaitingConnection(redis: Redis): Redis {
  const { commandTimeout: _none, replyMapping: _ours, protocol: _default, ...inherited } = redis.options;
  const connection = new Redis({
    ...inherited,
    connectionName: `${inherited.connectionName ?? 'eaio'}-bus`,
    retryStrategy: () => null,
    maxRetriesPerRequest: null,
  });
  // Told by the read's rejection.
  connection.on('error', () => undefined);
  return connection;
}
