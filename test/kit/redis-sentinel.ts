import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../platform/lifecycle/free-port.ts';
import { tether } from '../../platform/lifecycle/tether.ts';
import { createRedis, type RedisConnection } from '../../platform/redis/redis.ts';
import { type RedisServer, startRedisServer } from '../../platform/redis/server.ts';
import { until } from './wait.ts';

export interface TestSentinel extends AsyncDisposable {
  readonly url: string;
  /** A connection for the test itself; it follows the master. */
  readonly redis: RedisConnection;
  /** Port of the server that the sentinel calls the master now. */
  masterPort(): Promise<number>;
  /** Ends the first master as a crash would; the sentinel notices after 300 ms and promotes the replica. */
  killMaster(): Promise<void>;
  /** It stands still (SIGSTOP), with its connections open. */
  pauseMaster(): void;
  resumeMaster(): void;
  /** Until the replica has everything that the master has by now. */
  replicated(): Promise<void>;
}

const name = 'eaio';

/** A master, a replica and a sentinel of the test's own, ready in about a second; a failover takes two or three. */
export async function createTestSentinel(): Promise<TestSentinel> {
  await using made = new AsyncDisposableStack();
  const password = randomBytes(12).toString('base64url');
  const folder = await mkdtemp(join(tmpdir(), 'eaio-test-sentinel-'));
  made.defer(() => rm(folder, { recursive: true, force: true }));
  const start = async (part: string, settings: Readonly<Record<string, string | number>>) =>
    made.use(
      await startRedisServer({
        dir: join(folder, part),
        password,
        throwaway: true,
        settings: { masterauth: password, ...settings },
      }),
    );
  const master: RedisServer = await start('master', { 'repl-diskless-sync-delay': 0 });
  const replica = await start('replica', { replicaof: `127.0.0.1 ${master.port}` });
  await synchronised(replica.url);
  const port = await startSentinel(made, join(folder, 'sentinel'), { masterPort: master.port, password });
  const sentinel = made.adopt(
    createRedis(`redis://127.0.0.1:${port}`, { name: 'eaio-test-sentinel' }),
    (open) => open.disconnect(),
  );
  await until(
    async () => String(await sentinel.call('SENTINEL', 'REPLICAS', name)).includes('master-link-status,ok'),
    {
      what: 'the sentinel to know the replica',
    },
  );

  const url = `redis+sentinel://:${password}@127.0.0.1:${port}/${name}`;
  const redis = made.adopt(createRedis(url, { name: 'eaio-test' }), (open) => open.disconnect());
  await redis.ping();
  const stack = made.move();
  return {
    url,
    redis,
    async masterPort() {
      const [, found] = (await sentinel.call(
        'SENTINEL',
        'GET-MASTER-ADDR-BY-NAME',
        name,
      )) as readonly string[];
      return Number(found);
    },
    killMaster: () => master.stop(),
    pauseMaster: () => void process.kill(master.pid, 'SIGSTOP'),
    resumeMaster: () => void process.kill(master.pid, 'SIGCONT'),
    async replicated() {
      const offset = async (of: string, field: RegExp) => field.exec(await infoOf(of))?.[1];
      const wanted = Number(await offset(master.url, /master_repl_offset:(\d+)/));
      await until(async () => Number(await offset(replica.url, /slave_repl_offset:(\d+)/)) >= wanted, {
        what: 'the replica to have it',
      });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** A sentinel writes to its configuration: it takes a file, where a server takes lines. */
async function startSentinel(
  made: AsyncDisposableStack,
  dir: string,
  { masterPort, password }: { readonly masterPort: number; readonly password: string },
): Promise<number> {
  const port = await freePort();
  await mkdir(dir, { mode: 0o700 });
  await writeFile(
    join(dir, 'sentinel.conf'),
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir "${dir}"`,
      `sentinel monitor ${name} 127.0.0.1 ${masterPort} 1`,
      `sentinel auth-pass ${name} ${password}`,
      `sentinel down-after-milliseconds ${name} 300`,
      `sentinel failover-timeout ${name} 2000`,
      '',
    ].join('\n'),
    { mode: 0o600 },
  );
  const child = spawn('redis-server', [join(dir, 'sentinel.conf'), '--sentinel'], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  if (child.pid === undefined) throw new Error('The sentinel did not start.');
  const untie = tether({ pid: child.pid, signal: 'KILL' });
  made.defer(async () => {
    child.kill('SIGKILL');
    await exited;
    untie();
  });
  return port;
}

/** Until the replica has all that its master had. */
async function synchronised(url: string): Promise<void> {
  await until(async () => (await infoOf(url)).includes('master_link_status:up'), {
    what: 'the replica to be in step',
  });
}

async function infoOf(url: string): Promise<string> {
  const redis = createRedis(url, { name: 'eaio-test-info' });
  try {
    return await redis.info('replication');
  } finally {
    redis.disconnect();
  }
}
