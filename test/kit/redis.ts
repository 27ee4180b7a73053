import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedis, type RedisConnection } from '../../platform/redis/redis.ts';
import { type RedisServer, startRedisServer } from '../../platform/redis/server.ts';

export interface TestRedis extends AsyncDisposable {
  /** Stays the same over `stop` and `start`. */
  readonly url: string;
  /** A connection for the test itself; it comes back after a restart. */
  readonly redis: RedisConnection;
  /** Ends the server as a crash would; with `durable` its data is there after `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** The server stands still (SIGSTOP): connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
}

/**
 * A redis-server of the test's own (it takes some 20 ms), so that tests may stop, restart and pause it.
 * `durable`: with an append-only file, so that data survives `stop` and `start`.
 */
export async function createTestRedis({
  durable = false,
}: {
  readonly durable?: boolean;
} = {}): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'eaio-test-redis-'));
  const options = {
    dir: folder,
    throwaway: true,
    settings: durable ? { appendonly: 'yes', appendfsync: 'always' } : {},
  };
  let server: RedisServer | undefined = await startRedisServer(options);
  const { url, port } = server;
  const redis = createRedis(url, { name: 'eaio-test' });
  const signal = (name: NodeJS.Signals): void => {
    if (server !== undefined) process.kill(server.pid, name);
  };
  const stop = async (): Promise<void> => {
    await server?.stop();
    server = undefined;
  };
  return {
    url,
    redis,
    stop,
    async start() {
      server ??= await startRedisServer({ ...options, port });
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async [Symbol.asyncDispose]() {
      redis.disconnect();
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
