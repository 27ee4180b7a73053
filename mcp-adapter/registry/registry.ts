import { randomUUID } from 'node:crypto';
import type { RedisConnection } from '../../platform/redis/redis.ts';
import type { ServerDefinition } from '../server/server-definition.ts';

const keyPrefix = 'eaio:{mcp}:instance:';
const indexKey = 'eaio:{mcp}:instances';

export type InstanceHealth = 'ok' | 'degraded';

/** One process that answers MCP requests, as it registers itself. */
export interface McpInstance {
  readonly id: string;
  /** Where this process can be reached. */
  readonly url: string;
  readonly health: InstanceHealth;
  readonly startedAt: string;
  readonly renewedAt: string;
  /** Its tools, by domain: two instances of one hash offer the same. */
  readonly toolsHash: Readonly<Record<string, string>>;
}

/** Who is there: every instance holds a lease in Redis and is forgotten when it does not renew it. */
export interface McpRegistry extends AsyncDisposable {
  readonly id: string;
  /** Renew at once, after a reload. */
  renew(): Promise<void>;
  instances(): Promise<readonly McpInstance[]>;
}

export interface RegistryOptions {
  readonly redis: RedisConnection | undefined;
  readonly url: string;
  readonly health: () => InstanceHealth;
  readonly servers: () => ReadonlyMap<string, ServerDefinition>;
  readonly clock: () => number;
  /** An instance that does not renew for this long is gone. */
  readonly leaseMs?: number;
  readonly onError: (error: unknown) => void;
}

export async function createMcpRegistry(options: RegistryOptions): Promise<McpRegistry> {
  const { redis, url, health, servers, clock, leaseMs = 15_000, onError } = options;
  const id = randomUUID();
  const startedAt = new Date(clock()).toISOString();
  const self = (): McpInstance => ({
    id,
    url,
    health: health(),
    startedAt,
    renewedAt: new Date(clock()).toISOString(),
    toolsHash: Object.fromEntries([...servers()].map(([domain, server]) => [domain, server.toolSet.hash])),
  });

  const renew = async () => {
    await redis
      ?.multi()
      .set(keyPrefix + id, JSON.stringify(self()), 'PX', leaseMs)
      .zadd(indexKey, clock() + leaseMs, id)
      .zremrangebyscore(indexKey, '-inf', clock() - leaseMs)
      .exec()
      .catch(onError);
  };
  await renew();
  const timer = setInterval(() => void renew(), leaseMs / 3);
  timer.unref();

  return {
    id,
    renew,
    async instances() {
      const known = await redis
        ?.zrange(indexKey, '0', '-1')
        .then((ids) => (ids.length > 0 ? redis.mget(ids.map((one) => keyPrefix + one)) : []))
        .catch((error: unknown) => {
          onError(error);
          return [];
        });
      const others = (known ?? [])
        .flatMap((text) => (text ? [JSON.parse(text) as McpInstance] : []))
        .filter((one) => one.id !== id);
      return [self(), ...others].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await redis
        ?.multi()
        .del(keyPrefix + id)
        .zrem(indexKey, id)
        .exec()
        .catch(onError);
    },
  };
}
