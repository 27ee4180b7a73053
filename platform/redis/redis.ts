import { Redis, type RedisOptions } from 'ioredis';

export interface CreateRedisOptions {
  /** Shown by CLIENT LIST. */
  readonly name: string;
  /** A command without an answer for this long fails; default 2 s. */
  readonly commandTimeoutMs?: number | undefined;
  readonly connectTimeoutMs?: number | undefined;
  /** Called for each loss of the connection; default: nothing, ioredis comes back by itself. */
  readonly onError?: ((error: Error) => void) | undefined;
  /** ioredis' own options, for what is not said above. */
  readonly options?: Omit<RedisOptions, 'replyMapping' | 'protocol'> | undefined;
}

/**
 * A connection to Redis that waits for a bounded time only and comes back for ever. While Redis is away a command fails
 * within the command timeout, so that whoever asks can go on without; none is sent twice by itself.
 */
export function createRedis(url: string, options: CreateRedisOptions): Redis {
  const { name, commandTimeoutMs = 2_000, connectTimeoutMs = 5_000, onError = () => undefined } = options;
  const redis = new Redis(url, {
    connectionName: name,
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    keepAlive: 10_000,
    // How long `disconnect` waits for the other side; its timer runs even when there is none any more.
    disconnectTimeout: 250,
    // What waits for an answer when the connection is lost fails at once: sent again, an XADD that did arrive would be double.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2_000) * (0.75 + Math.random() / 2),
    // After a failover the old master answers READONLY: look for the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...options.options,
  });
  redis.on('error', onError);
  return redis;
}

/**
 * A second connection to the same Redis for commands that wait on the server (XREAD BLOCK): those have no command timeout,
 * but fail when the server says nothing for `blockMs` and a grace.
 */
export function duplicateForBlocking(
  redis: Redis,
  options: { readonly name: string; readonly blockMs: number; readonly onError?: (error: Error) => void },
): Redis {
  const {
    commandTimeout: _commandTimeout,
    replyMapping: _replyMapping,
    protocol: _protocol,
    ...inherited
  } = redis.options;
  const blocking = new Redis({
    ...inherited,
    connectionName: options.name,
    blockingTimeout: options.blockMs,
    blockingTimeoutGrace: 2_000,
  });
  blocking.on('error', options.onError ?? (() => undefined));
  return blocking;
}

/** Lets running commands finish when Redis answers, and ends the connection in any case within the command timeout. */
export async function closeRedis(redis: Redis): Promise<void> {
  if (redis.status === 'ready') await redis.quit().catch(() => undefined);
  redis.disconnect();
}
