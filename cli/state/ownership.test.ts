import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processGone } from '../../platform/lifecycle/processes.ts';
import { takeOwnership } from './ownership.ts';
import { createRun, type ProcessRecord, type Run, readRun, recordOf, replaceRun } from './run-file.ts';

let folder: string;
let file: string;
const living: number[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eaio-ownership-'));
  file = join(folder, 'run.json');
});
afterEach(async () => {
  for (const pid of living.splice(0)) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true });
});

const take = (waits: string[] = []) =>
  takeOwnership({ file, onWait: (what) => waits.push(what), drainMs: 300 });

async function otherProcess(): Promise<ProcessRecord> {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const record = recordOf(child.pid ?? 0);
  if (record === undefined) throw new Error('sleep did not start');
  living.push(record.pid);
  return record;
}

const runOf = (process: ProcessRecord, rest: Partial<Run> = {}): Run => ({
  process,
  phase: 'ready',
  startedAt: '2026-01-01T00:00:00.000Z',
  children: [],
  ...rest,
});
/** Nobody: a process of this pid never had this identity. */
const dead: ProcessRecord = { pid: process.pid, identity: 'of another time' };

describe('the right to run on a data folder', () => {
  test('is taken, told of and given back', async () => {
    const ownership = await take();
    ownership.update({ phase: 'ready', url: 'http://127.0.0.1:4000' });
    expect(readRun(file)).toMatchObject({
      process: { pid: process.pid },
      phase: 'ready',
      url: 'http://127.0.0.1:4000',
    });
    ownership.release();
    expect(existsSync(file)).toBe(false);
  });

  // Proves: start.one-a-folder
  test('is refused while another system runs, in a sentence that says where and what to do', async () => {
    const other = await otherProcess();
    createRun(file, runOf(other, { url: 'http://127.0.0.1:4321' }));
    await expect(take()).rejects.toThrow(
      `EAIO already runs on this data folder (process ${other.pid}, http://127.0.0.1:4321): stop it first, or give this one its own with --data-dir DIR.`,
    );
    expect(readRun(file)?.process).toEqual(other);
  });

  test('passes on from a process that is dead, even if its pid lives again', async () => {
    createRun(file, runOf(dead));
    (await take()).release();
  });

  test('passes on from a file that is no run file', async () => {
    await writeFile(file, '{"process":');
    (await take()).release();
  });

  test('is waited for while its holder is stopping', async () => {
    const other = await otherProcess();
    createRun(file, runOf(other, { phase: 'stopping' }));
    const waits: string[] = [];
    const taken = takeOwnership({
      file,
      onWait: (what) => {
        waits.push(what);
        process.kill(other.pid, 'SIGKILL');
      },
    });
    (await taken).release();
    expect(waits).toEqual(['An earlier run is still stopping: waiting for it']);
    living.pop();
  });

  test('is refused when its holder does not come to its end', async () => {
    const other = await otherProcess();
    createRun(file, runOf(other, { phase: 'stopping' }));
    await expect(take()).rejects.toThrow(`kill -9 ${other.pid}`);
  });

  test('waits for the children of a killed holder, and ends those that hang', async () => {
    const orphan = await otherProcess();
    createRun(file, runOf(dead, { children: [{ name: 'edge', ...orphan }] }));
    const waits: string[] = [];
    (await take(waits)).release();
    expect(waits).toEqual(['An earlier run was killed: waiting for its processes to finish']);
    expect(await processGone(orphan.pid, 1_000)).toBe(true);
    living.pop();
  });

  test('has one winner when several come at once upon a dead one', async () => {
    createRun(file, runOf(dead));
    const results = await Promise.allSettled([take(), take(), take()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('is readable by its owner alone', async () => {
    createRun(file, runOf(dead));
    replaceRun(file, runOf(dead));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
