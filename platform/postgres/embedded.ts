import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OperatorError } from '../errors/operator-error.ts';
import { freePort, isPortFree } from '../lifecycle/free-port.ts';
import { processIdentity } from '../lifecycle/processes.ts';
import { tether } from '../lifecycle/tether.ts';
import { unprivilegedAccount } from './embedded/account.ts';
import { embeddedBinaries, type PostgresBinaries } from './embedded/binaries.ts';
import { openCluster, writeState } from './embedded/cluster.ts';
import { clearLeftBehind, stopServer } from './embedded/left-behind.ts';
import { type ServerSettings, throwawaySettings, workingSettings } from './embedded/settings.ts';
import { launch, type StartResult } from './embedded/start.ts';

export interface EmbeddedPostgresOptions {
  /** Where the data lives; made when missing. */
  readonly dataDir: string;
  /** A fixed port; else that of the last start when it is free, else any. */
  readonly port?: number | undefined;
  /** On top of `workingSettings`, or of `throwawaySettings`. */
  readonly settings?: ServerSettings | undefined;
  /** For tests: nothing waits for the disk, and the folder is removed when we end. */
  readonly throwaway?: boolean | undefined;
  /** Default: the PostgreSQL that npm brought. */
  readonly binaries?: PostgresBinaries | undefined;
  readonly log?: ((message: string) => void) | undefined;
  readonly startDeadlineMs?: number | undefined;
}

export interface EmbeddedPostgres extends AsyncDisposable {
  /** Address of database `postgres` as its superuser; TCP on the loopback address. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server has ended, by `stop` or by itself, with what it said last. */
  readonly exited: Promise<string>;
  /** Fast shutdown; may be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on a data folder of its own, as any user, root included. The server ends with us whatever way we end;
 * one that was left behind nevertheless is stopped first.
 * @throws OperatorError when the folder is in use or can't be written, the port is busy, or the server does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { startDeadlineMs = 60_000, throwaway = false, log } = options;
  const dataDir = resolve(options.dataDir);
  const binaries = options.binaries ?? (await embeddedBinaries());
  const account = await unprivilegedAccount(dataDir, [binaries.postgres, binaries.initdb]);
  const state = await openCluster({ dataDir, binaries, account, durable: !throwaway });
  await clearLeftBehind(dataDir, state);
  const port = await choosePort(options.port, state.port);
  const owner = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  await writeState(dataDir, { ...state, port, owner });

  const settings = { ...(throwaway ? throwawaySettings() : workingSettings()), ...options.settings };
  const started = await withPatience(() =>
    launch({ dataDir, postgres: binaries.postgres, port, account, settings, startDeadlineMs }),
  );
  if (!started.ok) throw new OperatorError(`PostgreSQL did not start in ${dataDir}: ${started.lastWords}`);
  const { pid, exited } = started.server;
  log?.(`PostgreSQL ${binaries.version} takes connections on port ${port} (process ${pid}).`);

  const untie = tether({ pid, signal: throwaway ? 'QUIT' : 'INT', remove: throwaway ? dataDir : undefined });
  exited.then(untie);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= stopServer(pid, { immediately: throwaway }).then(async (stopped) => {
      if (!stopped) throw new Error(`PostgreSQL (process ${pid}) does not stop.`);
      await exited;
    });
    return stopping;
  };
  const url = `postgresql://postgres:${state.password}@127.0.0.1:${port}/postgres`;
  return { url, port, pid, exited, stop, [Symbol.asyncDispose]: stop };
}

async function choosePort(wanted: number | undefined, remembered: number | undefined): Promise<number> {
  if (wanted === undefined) return await freePort(remembered);
  if (await isPortFree(wanted)) return wanted;
  throw new OperatorError(`Port ${wanted}, meant for PostgreSQL, is in use by another program.`);
}

/** Killed without ceremony, a server's children may hold its memory for a moment longer; the start then fails, and succeeds a little later. */
async function withPatience(start: () => Promise<StartResult>): Promise<StartResult> {
  for (let attempt = 1; ; attempt++) {
    const result = await start();
    if (result.ok || attempt === 10 || !result.lastWords.includes('shared memory block')) return result;
    await delay(500);
  }
}
