import { type Cluster, Redis, type RedisOptions } from 'ioredis';
import { parseRedisUrl, type RedisAddress, redisUrlForms } from './address.ts';
import { ClusterConnection } from './cluster-connection.ts';
import { SentinelConnection } from './sentinel-connection.ts';

/**
 * One Redis, the master behind sentinels, or a cluster: the commands are the same. On a cluster those that touch several
 * keys (scripts, pipelines, transactions, XREAD, MGET, DEL) want all of them under one hash tag.
 */
export type RedisConnection = Redis | Cluster;

/** ioredis' own options for a connection to one server, for what `CreateRedisOptions` does not say. */
export type ServerOptions = Omit<
  RedisOptions,
  'replyMapping' | 'protocol' | 'himportFieldsets' | 'host' | 'port' | 'sentinels' | 'readOnly'
>;

export interface CreateRedisOptions {
  /** Shown by CLIENT LIST. */
  readonly name: string;
  /** A command without an answer for this long fails; default 2 s. */
  readonly commandTimeoutMs?: number | undefined;
  readonly connectTimeoutMs?: number | undefined;
  /** Called for each loss of the connection; default: nothing, ioredis comes back by itself. */
  readonly onError?: ((error: Error) => void) | undefined;
  readonly options?: ServerOptions | undefined;
}

/**
 * A connection to Redis that waits for a bounded time only and comes back for ever. While Redis is away a command fails
 * within the command timeout, so that whoever asks can go on without; none is sent twice by itself.
 * @throws TypeError when the URL has none of the forms; `parseRedisUrl` knows them.
 */
export function createRedis(url: string, options: CreateRedisOptions): RedisConnection {
  const { name, commandTimeoutMs = 2_000, connectTimeoutMs = 5_000, onError = () => undefined } = options;
  const address = parseRedisUrl(url);
  if (address === undefined) throw new TypeError(`A Redis URL is ${redisUrlForms}.`);
  return heard(
    connect(address, commandTimeoutMs, {
      connectionName: name,
      commandTimeout: commandTimeoutMs,
      connectTimeout: connectTimeoutMs,
      keepAlive: 10_000,
      // How long `disconnect` waits for the other side; its timer runs even when there is none any more.
      disconnectTimeout: 250,
      // What waits for an answer when the connection is lost fails at once: sent again, an XADD that did arrive would be double.
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      // After a failover the old master answers READONLY: look for the new one.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
      ...options.options,
    }),
    onError,
  );
}

const pauseMs = (times: number): number =>
  Math.min(50 * 2 ** Math.min(times, 6), 2_000) * (0.75 + Math.random() / 2);

function connect(address: RedisAddress, commandTimeoutMs: number, server: ServerOptions): RedisConnection {
  const { username, password, db } = address;
  const access: ServerOptions = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(address.tls && { tls: {} }),
    ...server,
  };
  switch (address.kind) {
    case 'standalone':
      return new Redis({ host: address.host, port: address.port, db, retryStrategy: pauseMs, ...access });
    case 'sentinel': {
      const { sentinels, master, sentinelPassword } = address;
      return new SentinelConnection({
        sentinels: sentinels.map((host) => ({ ...host })),
        name: master,
        ...(sentinelPassword !== undefined && { sentinelPassword }),
        ...(address.tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
        // A master that stands still keeps its connections: sentinels tell that it is not the master any more.
        failoverDetector: true,
        sentinelCommandTimeout: commandTimeoutMs,
        connectTimeout: 5_000,
        db,
        retryStrategy: pauseMs,
        ...access,
      });
    }
    case 'cluster':
      return new ClusterConnection(
        address.nodes.map((host) => ({ ...host })),
        {
          commandTimeoutMs,
          redisOptions: access,
          clusterRetryStrategy: pauseMs,
          // A command whose connection was lost may have arrived: it fails. MOVED, ASK, TRYAGAIN and CLUSTERDOWN are refusals.
          retryDelayOnFailover: 0,
        },
      );
  }
}

/**
 * A further connection to the same Redis, with other options: for subscriptions and for reads that wait on the server.
 * On a cluster `server` is for the connection to each node, and its `retryStrategy` for the whole.
 */
export function duplicateRedis(
  redis: RedisConnection,
  options: {
    readonly name: string;
    readonly onError?: ((error: Error) => void) | undefined;
    readonly server?: ServerOptions;
  },
): RedisConnection {
  const server = { connectionName: options.name, ...options.server };
  const onError = options.onError ?? (() => undefined);
  if (redis instanceof SentinelConnection) return heard(redis.another(server), onError);
  if (redis instanceof Redis) return heard(redis.duplicate(server), onError);
  const { retryStrategy, ...ofNode } = server;
  return heard(
    redis.duplicate([], {
      redisOptions: ofNode,
      ...(retryStrategy !== undefined && { clusterRetryStrategy: retryStrategy }),
    }),
    onError,
  );
}

/**
 * A connection for commands that wait on the server (XREAD BLOCK): those have no command timeout, but fail when the server
 * says nothing for `blockMs` and a grace.
 */
export function duplicateForBlocking(
  redis: RedisConnection,
  options: { readonly name: string; readonly blockMs: number; readonly onError?: (error: Error) => void },
): RedisConnection {
  const { blockMs, ...named } = options;
  return duplicateRedis(redis, {
    ...named,
    server: { commandTimeout: undefined, blockingTimeout: blockMs, blockingTimeoutGrace: 2_000 },
  });
}

/**
 * Calls when a connection is lost over which commands went: any event since may have been lost with it. On a cluster that
 * is the connection to any of its masters. Returns how to stop listening.
 */
export function onConnectionLost(redis: RedisConnection, listener: () => void): () => void {
  const onNodeLost = (node: Redis): void => {
    if (node.options.readOnly !== true) listener();
  };
  redis.on('close', listener);
  redis.on('-node', onNodeLost);
  return () => {
    redis.off('close', listener);
    redis.off('-node', onNodeLost);
  };
}

/** Lets running commands finish when Redis answers, and ends the connection in any case within the command timeout. */
export async function closeRedis(redis: RedisConnection): Promise<void> {
  if (redis.status === 'ready') await redis.quit().catch(() => undefined);
  redis.disconnect();
}

function heard(redis: RedisConnection, onError: (error: Error) => void): RedisConnection {
  redis.on('error', onError);
  redis.on('node error', onError);
  return redis;
}
