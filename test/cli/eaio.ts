import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processAlive } from '../../platform/lifecycle/processes.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const node = join(root, 'node_modules', '.bin', 'node');

/** A program of ours that runs, as a person would run it. */
export interface Running {
  readonly pid: number;
  /** All that it has printed so far, both streams. */
  readonly output: () => string;
  /** Resolves when it has printed this, behind its first `from` characters; rejects when it ends without. */
  readonly prints: (what: RegExp, from?: number) => Promise<RegExpExecArray>;
  /** How it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
}

const running = new Set<ChildProcess>();

/** No setting of the person who runs the tests may have part in them. */
export function cleanEnv(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(EAIO_|DATABASE_URL|REDIS_URL|PORT|HOST|JWT_|JWKS_|npm_|NODE_OPTIONS)/.test(name),
  );
  return { ...Object.fromEntries(own), EAIO_BUILDINGS: '2', ...env };
}

export function run(command: readonly [string, ...string[]], env: NodeJS.ProcessEnv = {}): Running {
  const [program, ...args] = command;
  const child = spawn(program, args, { env: cleanEnv(env), cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const look of waiting) look();
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    for (const look of waiting) look();
    return { code, signal };
  });
  let over = false;
  void ended.then(() => {
    over = true;
    for (const look of waiting) look();
  });
  return {
    pid: child.pid ?? Number.NaN,
    output: () => output,
    ended,
    kill: (signal) => void child.kill(signal),
    prints: (what, from = 0) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = what.exec(output.slice(from));
          if (match === null && !over) return;
          waiting.delete(look);
          if (match === null) reject(new Error(`It ended without printing ${what}:\n${output}`));
          else resolve(match);
        };
        waiting.add(look);
        look();
      }),
  };
}

export const eaio = (args: readonly string[], env?: NodeJS.ProcessEnv): Running =>
  run([node, 'cli/eaio.ts', ...args], env);

/** Runs to the end. */
export async function eaioDone(args: readonly string[], env?: NodeJS.ProcessEnv) {
  const it = eaio(args, env);
  const { code } = await it.ended;
  return { code, output: it.output() };
}

export interface System extends Running {
  /** Of the edge. */
  readonly url: string;
  readonly token: string;
}

/** A system that was started, and is ready. */
export async function up(
  dataDir: string,
  args: readonly string[] = [],
  env?: NodeJS.ProcessEnv,
): Promise<System> {
  const it = eaio(['up', '--port', '0', '--data-dir', dataDir, ...args], env);
  const [, url = ''] = await it.prints(/GraphQL\s+(http:\S+)\/graphql[\s\S]*Ctrl-C stops everything/);
  const token = /export TOKEN=(\S+)/.exec(it.output())?.[1] ?? '';
  return { ...it, url, token };
}

/** Folders that a file's tests make, gone after them; and no process of ours outlives them. */
export function useFolders(): () => Promise<string> {
  const folders: string[] = [];
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(
      folders
        .splice(0)
        .map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })),
    );
  });
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eaio-cli-'));
    folders.push(folder);
    return folder;
  };
}

export interface ServicePids {
  readonly postgres: number;
  readonly redis: number;
}

/** Processes of the system that runs on a data folder, by their names. */
export function processesOf(
  dataDir: string,
  dataset = 'synthetic_2_seed_1',
): Readonly<Record<string, number>> {
  const state = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8'));
  const redis = JSON.parse(readFileSync(join(dataDir, 'redis', dataset, 'eaio.json'), 'utf8'));
  const postgres = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const roles = state.children.map(({ name, pid }: { name: string; pid: number }) => [name, pid]);
  return { supervisor: state.process.pid, postgres, redis: redis.pid, ...Object.fromEntries(roles) };
}

/** Those that still live, by name. */
export const alive = (processes: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(processes)
    .filter(([, pid]) => processAlive(pid))
    .map(([name]) => name);
