import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OperatorError } from '../../errors/operator-error.ts';
import type { Account } from './account.ts';
import { serverReady } from './left-behind.ts';
import { plainEnvironment } from './run.ts';
import type { ServerSettings } from './settings.ts';

export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the server has ended, for whatever reason, with what it said last. */
  readonly exited: Promise<string>;
}

export type StartResult =
  | { readonly ok: true; readonly server: ServerProcess }
  | { readonly ok: false; readonly lastWords: string };

/**
 * Starts the server in a session of its own (Ctrl-C is for us, who stop it in order) and waits until it takes connections.
 * What it says goes to `server.log` in its folder, begun anew by each start.
 */
export async function launch(options: {
  readonly dataDir: string;
  readonly postgres: string;
  readonly port: number;
  readonly account: Account | undefined;
  readonly settings: ServerSettings;
  readonly startDeadlineMs: number;
}): Promise<StartResult> {
  const { dataDir, account } = options;
  const args = [
    '-D',
    dataDir,
    ...Object.entries({ ...options.settings, port: options.port }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]),
  ];
  const [command, commandArgs] = account?.wrap(options.postgres, args) ?? [options.postgres, args];
  const logFile = join(dataDir, 'server.log');
  await using log = await open(logFile, 'w', 0o600);
  const child = spawn(command, commandArgs, {
    ...account?.spawnOptions,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: plainEnvironment,
    cwd: '/',
  });
  const exited = once(child, 'exit')
    .catch((error: unknown) => String(error))
    .then(async (ended) => (typeof ended === 'string' ? ended : await lastWords(logFile)));
  const { pid } = child;
  if (pid === undefined || !(await ready(child, pid, options))) return { ok: false, lastWords: await exited };
  return { ok: true, server: { pid, exited } };
}

/** False when the server ends before it takes connections; recovery after a crash may take a while. */
async function ready(
  child: ChildProcess,
  pid: number,
  { dataDir, startDeadlineMs }: { dataDir: string; startDeadlineMs: number },
): Promise<boolean> {
  const until = performance.now() + startDeadlineMs;
  while (child.exitCode === null && child.signalCode === null) {
    if (await serverReady(dataDir, pid)) return true;
    if (performance.now() >= until) {
      child.kill('SIGQUIT');
      throw new OperatorError(
        `PostgreSQL did not take connections within ${startDeadlineMs / 1000} s; see ${join(dataDir, 'server.log')}.`,
      );
    }
    await delay(10);
  }
  return false;
}

async function lastWords(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-4).join('\n');
}
