import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '../../test/kit/script.ts';
import { until } from '../../test/kit/wait.ts';
import { processAlive, processIdentity } from '../lifecycle/processes.ts';
import { createRedis } from './redis.ts';
import { startRedisServer } from './server.ts';

let dir: string;
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'eaio-test-redis-server-')), 'redis');
});
afterEach(() => rm(join(dir, '..'), { recursive: true, force: true }));

async function withRedis<T>(
  url: string,
  work: (redis: ReturnType<typeof createRedis>) => Promise<T>,
): Promise<T> {
  const redis = createRedis(url, { name: 'test' });
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

test('data and address are the same after a stop and a start', async () => {
  const first = await startRedisServer({ dir });
  await withRedis(first.url, (redis) => redis.set('a', '1'));
  await first.stop();
  await first.stop();
  expect(processAlive(first.pid)).toBe(false);
  await using second = await startRedisServer({ dir });
  expect(second.url).toBe(first.url);
  expect(await withRedis(second.url, (redis) => redis.get('a'))).toBe('1');
});

test('it asks for the password', async () => {
  await using server = await startRedisServer({ dir, throwaway: true });
  await expect(withRedis(`redis://127.0.0.1:${server.port}`, (redis) => redis.get('a'))).rejects.toThrow(
    'NOAUTH',
  );
});

test('a port that is busy now gives way to another, unless it was asked for', async () => {
  const first = await startRedisServer({ dir });
  await first.stop();
  await using other = createServer().listen(first.port, '127.0.0.1');
  await once(other, 'listening');
  await expect(startRedisServer({ dir, port: first.port })).rejects.toThrow(
    `Port ${first.port}, meant for Redis, is in use by another program.`,
  );
  await using second = await startRedisServer({ dir });
  expect(second.port).not.toBe(first.port);
});

test('without the program it says how to get it', async () => {
  await expect(startRedisServer({ dir, program: 'redis-server-that-is-not-there' })).rejects.toThrow(
    /no redis-server on the PATH: install Redis .* or set REDIS_URL/,
  );
});

test('a server that does not start is said so with its reason', async () => {
  await expect(startRedisServer({ dir, settings: { 'no-such-setting': 1 } })).rejects.toThrow(
    /Redis did not start in .*/,
  );
});

const starter = `
  import { startRedisServer } from './platform/redis/server.ts';
  const server = await startRedisServer({ dir: process.argv[1] });
  console.log(server.pid);
  setInterval(() => undefined, 1000);
`;

// Proves: stop.kill-9
test('it ends with the process that started it, even by kill -9', async () => {
  await using script = runScript(starter, { args: [dir] });
  const pid = Number(await script.line());
  expect(processAlive(pid)).toBe(true);
  script.signal('SIGKILL');
  await until(() => !processAlive(pid), { what: 'the server to end' });
});

// Proves: stop.kill-9
test('a folder in use by a living process is refused; what a dead one left behind is cleared away', async () => {
  await using script = runScript(starter, { args: [dir] });
  const pid = Number(await script.line());
  await expect(startRedisServer({ dir })).rejects.toThrow(`is in use by process ${script.pid}`);
  const identity = processIdentity(pid);
  script.signal('SIGKILL');
  await script.exit;
  await using server = await startRedisServer({ dir });
  expect(processIdentity(pid)).not.toBe(identity);
  expect(await withRedis(server.url, (redis) => redis.ping())).toBe('PONG');
});

test('a throwaway server leaves no folder', async () => {
  await using script = runScript(starter.replace('argv[1] }', 'argv[1], throwaway: true }'), { args: [dir] });
  await script.line();
  script.signal('SIGKILL');
  await until(
    () =>
      rm(dir).then(
        () => false,
        (error: { code?: string }) => error.code === 'ENOENT',
      ),
    { what: 'the folder to go' },
  );
});
