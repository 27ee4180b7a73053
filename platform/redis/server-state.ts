import { OperatorError } from '../errors/operator-error.ts';
import { processGone, processIdentity, processName } from '../lifecycle/processes.ts';

/** What we keep beside the server's own files, readable by us alone. */
export interface ServerState {
  readonly password: string;
  readonly port: number;
  readonly pid: number;
  /** The process that started the server, and which run of it (`processIdentity`). */
  readonly owner: { readonly pid: number; readonly identity: string };
}

/**
 * Stops a server of this folder whose starter is gone: two on one append-only file would spoil it.
 * @throws OperatorError when the starter still lives: the folder is in use.
 */
export async function clearLeftBehind(dir: string, { pid, owner }: Partial<ServerState>): Promise<void> {
  if (pid === undefined || processName(pid) !== 'redis-server') return;
  if (owner !== undefined && owner.pid !== process.pid && processIdentity(owner.pid) === owner.identity) {
    throw new OperatorError(
      `${dir} is in use by process ${owner.pid}: stop that one first, or set EAIO_DATA_DIR to another folder.`,
    );
  }
  await stopServer(pid, false);
}

export async function stopServer(pid: number, throwaway: boolean): Promise<void> {
  const steps = throwaway
    ? ([['SIGKILL', 5_000]] as const)
    : ([
        ['SIGTERM', 15_000],
        ['SIGKILL', 5_000],
      ] as const);
  for (const [signal, waitMs] of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone already: the next line tells.
    }
    if (await processGone(pid, waitMs)) return;
  }
  throw new OperatorError(`Redis (process ${pid}) does not stop: stop it by kill -9 ${pid}.`);
}
