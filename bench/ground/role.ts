import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../platform/lifecycle/free-port.ts';
import { tether } from '../../platform/lifecycle/tether.ts';

/** A part of the system in a process of its own, started the way a container starts it: `eaio up --role <role>`. */
export interface Role extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

export const cli = fileURLToPath(new URL('../../cli/eaio.ts', import.meta.url));

/** Starts it and waits until it is ready. @throws Error with its last words when it ends before. */
export async function startRole(role: string, env: Readonly<Record<string, string>>): Promise<Role> {
  const port = await freePort();
  const child = spawn(process.execPath, [...process.execArgv, cli, 'up', '--role', role], {
    // A clean environment: settings of whoever runs the bench must not change what is measured.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said.push(String(chunk));
      if (said.length > 20) said.shift();
    });
  const { pid } = child;
  if (pid === undefined) throw new Error(`The role ${role} could not be started.`);
  const untie = tether({ pid, signal: 'KILL' });
  let stopping = false;
  child.once('exit', (code, signal) => {
    untie();
    if (!stopping)
      process.stderr.write(`The role ${role} ended by itself (${code ?? signal}):\n${said.join('')}\n`);
  });
  const url = `http://127.0.0.1:${port}`;
  await ready(`${url}/health/ready`, child, () => `The role ${role} ended: ${said.join('')}`);
  return {
    url,
    pid,
    [Symbol.asyncDispose]: () => {
      stopping = true;
      return stop(child);
    },
  };
}

async function ready(url: string, child: ChildProcess, lastWords: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(lastWords());
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await pause(50);
  }
}

/** SIGTERM, as on a deploy; killed when it takes too long. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await exited;
  clearTimeout(late);
}
