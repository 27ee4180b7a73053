import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { jest } from '@jest/globals';
import pg from 'pg';
import { runScript } from '../../test/kit/script.ts';
import { until } from '../../test/kit/wait.ts';
import { processAlive, processIdentity } from '../lifecycle/processes.ts';
import { startEmbeddedPostgres } from './embedded.ts';

jest.setTimeout(60_000);

let folder: string;
/** A cluster that is there and stopped when a test begins: making one takes longer than starting it. */
let dataDir: string;
/** A place where there is none yet. */
let empty: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eaio-test-embedded-'));
  await chmod(folder, 0o755);
  dataDir = join(folder, 'postgres');
  await (await startEmbeddedPostgres({ dataDir })).stop();
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  empty = join(await mkdtemp(join(folder, 'empty-')), 'postgres');
  await chmod(dirname(empty), 0o755);
});

async function query(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const starter = `
  import { startEmbeddedPostgres } from './platform/postgres/embedded.ts';
  const server = await startEmbeddedPostgres({ dataDir: process.argv[1] });
  console.log(server.pid);
  setInterval(() => undefined, 1000);
`;

test('data and address are the same after a stop and a start', async () => {
  const first = await startEmbeddedPostgres({ dataDir });
  await query(first.url, 'create table if not exists kept as select 1 as n');
  await first.stop();
  await first.stop();
  expect(processAlive(first.pid)).toBe(false);
  await using second = await startEmbeddedPostgres({ dataDir });
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
});

test('it listens on the loopback address alone, asks for the password, and has our settings', async () => {
  await using server = await startEmbeddedPostgres({
    dataDir,
    throwaway: true,
    settings: { work_mem: '7MB' },
  });
  const stranger = Object.assign(new URL(server.url), { password: '' }).href;
  await expect(query(stranger, 'select 1')).rejects.toThrow();
  expect(await query(server.url, 'show work_mem')).toEqual([{ work_mem: '7MB' }]);
  expect(await query(server.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  expect(await query(server.url, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
});

// Proves: stop.kill-9
test('it ends with the process that started it, even by kill -9, and the next start is fine', async () => {
  await using script = runScript(starter, { args: [dataDir] });
  const pid = Number(await script.line());
  const identity = processIdentity(pid);
  script.signal('SIGKILL');
  await script.exit;
  await using server = await startEmbeddedPostgres({ dataDir });
  expect(processIdentity(pid)).not.toBe(identity);
  expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }]);
});

test('a folder in use by a living process is refused in a sentence that names it', async () => {
  await using script = runScript(starter, { args: [dataDir] });
  await script.line();
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    name: 'OperatorError',
    message: `${dataDir} is in use by process ${script.pid}: stop that one first, or set EAIO_DATA_DIR to another folder.`,
  });
});

test('a server killed without ceremony recovers at the next start', async () => {
  const first = await startEmbeddedPostgres({ dataDir });
  await query(first.url, 'create table if not exists kept as select 1 as n');
  process.kill(first.pid, 'SIGKILL');
  expect(await first.exited).toEqual(expect.any(String));
  await using second = await startEmbeddedPostgres({ dataDir });
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
});

test('a lock file whose number now belongs to another program is stale', async () => {
  const first = await startEmbeddedPostgres({ dataDir });
  await first.stop();
  await writeFile(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n`);
  await using second = await startEmbeddedPostgres({ dataDir });
  expect(await query(second.url, 'select 1 as n')).toEqual([{ n: 1 }]);
});

// Proves: start.half-finished
test('a first start that was interrupted leaves nothing in the way', async () => {
  await mkdir(join(`${empty}.making`, 'cluster'), { recursive: true });
  await writeFile(join(`${empty}.making`, 'cluster', 'PG_VERSION'), '18\n');
  await using server = await startEmbeddedPostgres({ dataDir: empty, throwaway: true });
  expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  expect(await readdir(dirname(empty))).toEqual(['postgres']);
});

test('a busy port gives way to another, unless it was asked for', async () => {
  const first = await startEmbeddedPostgres({ dataDir });
  await first.stop();
  await using other = createServer().listen(first.port, '127.0.0.1');
  await once(other, 'listening');
  await expect(startEmbeddedPostgres({ dataDir, port: first.port })).rejects.toThrow(
    `Port ${first.port}, meant for PostgreSQL, is in use by another program.`,
  );
  await using second = await startEmbeddedPostgres({ dataDir });
  expect(second.port).not.toBe(first.port);
});

test.each([
  ['of another version', { PG_VERSION: '12\n' }, /holds data of PostgreSQL 12, and this is PostgreSQL 18/],
  ['that EAIO did not make', { PG_VERSION: '18\n' }, /holds a PostgreSQL database that EAIO did not make/],
])('a folder with data %s is refused', async (_, files, sentence) => {
  await mkdir(empty);
  for (const [name, content] of Object.entries(files)) await writeFile(join(empty, name), content);
  await expect(startEmbeddedPostgres({ dataDir: empty })).rejects.toThrow(sentence);
});

test('a folder that can not be made is said so', async () => {
  await writeFile(empty, '');
  await expect(startEmbeddedPostgres({ dataDir: join(empty, 'postgres') })).rejects.toThrow(
    /No database could be made in .*postgres.postgres/,
  );
});

test('a setting that the server refuses ends the start with the server’s own words', async () => {
  await expect(startEmbeddedPostgres({ dataDir, settings: { work_mem: 'much' } })).rejects.toThrow(
    /PostgreSQL did not start in .*: .*invalid value for parameter "work_mem"/s,
  );
});

test('a folder below one that is closed to others works too, for root as for anyone', async () => {
  await chmod(dirname(empty), 0o700);
  await using server = await startEmbeddedPostgres({ dataDir: empty, throwaway: true });
  expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }]);
});

test('a throwaway server takes its folder with it when its process is killed', async () => {
  await using script = runScript(starter.replace('argv[1] }', 'argv[1], throwaway: true }'), {
    args: [empty],
  });
  const pid = Number(await script.line());
  script.signal('SIGKILL');
  await until(async () => !processAlive(pid) && !(await readdir(dirname(empty))).includes('postgres'), {
    what: 'server and folder to go',
  });
});
