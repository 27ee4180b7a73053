import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OperatorError } from '../errors/operator-error.ts';
import { freePort, isPortFree } from '../lifecycle/free-port.ts';
import { processIdentity } from '../lifecycle/processes.ts';
import { tether } from '../lifecycle/tether.ts';
import { clearLeftBehind, type ServerState, stopServer } from './server-state.ts';

export interface RedisServerOptions {
  /** Where its files live; made when missing. */
  readonly dir: string;
  /** A fixed port; else that of the last start when it is free, else any. */
  readonly port?: number | undefined;
  /** A given password, for servers that work together; else that of the last start, else one of its own. */
  readonly password?: string | undefined;
  /** For tests: nothing is written to disk, and the folder is removed when we end. */
  readonly throwaway?: boolean | undefined;
  /** Lines of `redis.conf`, on top of ours. */
  readonly settings?: Readonly<Record<string, string | number>> | undefined;
  /** The program; default `redis-server` on the PATH. */
  readonly program?: string | undefined;
  readonly log?: ((message: string) => void) | undefined;
}

export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server has ended, by `stop` or by itself. */
  readonly exited: Promise<void>;
  /** SIGTERM: data is written first; may be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts a redis-server of our own on the loopback address, with a password. It ends with us whatever way we end; one that
 * was left behind nevertheless is stopped first.
 * @throws OperatorError when redis-server is missing or too old, the folder is in use, the port is busy, or it does not start.
 */
export async function startRedisServer(options: RedisServerOptions): Promise<RedisServer> {
  const { throwaway = false, log } = options;
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new OperatorError(`The folder ${dir}, meant for Redis, can't be made: ${String(cause)}`, { cause });
  });
  const stateFile = join(dir, 'eaio.json');
  const state = await readState(stateFile);
  await clearLeftBehind(dir, state);
  const port = await choosePort(options.port, state.port);
  const password = options.password ?? state.password ?? randomBytes(18).toString('base64url');

  const child = spawn(options.program ?? 'redis-server', ['-'], {
    cwd: dir,
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // The configuration goes in by its input: a command line would show the password to every user of the machine.
  child.stdin.on('error', () => undefined);
  child.stdin.end(configuration({ ...base({ dir, port, password, throwaway }), ...options.settings }));
  const exited = once(child, 'exit').then(
    () => undefined,
    () => undefined,
  );
  const pid = await ready(child, child.stdout, dir);
  const owner = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  await writeFile(stateFile, JSON.stringify({ password, port, pid, owner } satisfies ServerState), {
    mode: 0o600,
  });
  log?.(`Redis takes connections on port ${port} (process ${pid}).`);

  const untie = tether({ pid, signal: throwaway ? 'KILL' : 'TERM', remove: throwaway ? dir : undefined });
  exited.then(untie);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= stopServer(pid, throwaway).then(() => exited);
    return stopping;
  };
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    port,
    pid,
    exited,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function base(options: {
  dir: string;
  port: number;
  password: string;
  throwaway: boolean;
}): Record<string, string | number> {
  return {
    bind: '127.0.0.1',
    port: options.port,
    requirepass: options.password,
    dir: `"${options.dir}"`,
    // The stream is the record of what was acknowledged: nothing may be evicted from it, and it is on disk within a second.
    'maxmemory-policy': 'noeviction',
    save: '""',
    appendonly: options.throwaway ? 'no' : 'yes',
    appendfsync: 'everysec',
    daemonize: 'no',
    loglevel: 'notice',
  };
}

const configuration = (lines: Readonly<Record<string, string | number>>): string =>
  Object.entries(lines)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');

/** Waits for the line that says so; the pid with which the server runs. */
function ready(child: ChildProcess, output: NodeJS.ReadableStream, dir: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (reason: string, cause?: unknown) =>
      reject(new OperatorError(`Redis did not start in ${dir}: ${reason}`, { cause }));
    child.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') return fail(cause.message, cause);
      reject(
        new OperatorError(
          'There is no redis-server on the PATH: install Redis (apt install redis-server, brew install redis), or set REDIS_URL.',
        ),
      );
    });
    child.once('exit', () => fail(said.trim().split('\n').slice(-3).join(' ')));
    output.on('data', (chunk: Buffer) => {
      // Read on for ever: a pipe that nobody empties would stop the server.
      if (said.length < 20_000) said += chunk.toString();
      if (child.pid !== undefined && said.includes('eady to accept connections')) resolve(child.pid);
    });
  });
}

async function choosePort(wanted: number | undefined, remembered: number | undefined): Promise<number> {
  if (wanted === undefined) return await freePort(remembered);
  if (await isPortFree(wanted)) return wanted;
  throw new OperatorError(`Port ${wanted}, meant for Redis, is in use by another program.`);
}

async function readState(file: string): Promise<Partial<ServerState>> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  return JSON.parse(text);
}
