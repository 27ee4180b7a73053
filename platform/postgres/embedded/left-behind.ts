import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../../errors/operator-error.ts';
import { processAlive, processGone, processIdentity, processName } from '../../lifecycle/processes.ts';
import type { ClusterState } from './cluster.ts';

/**
 * Clears the way for a start in `dataDir`: a server whose starter is gone is stopped cleanly (its settings may not be
 * ours, and its port file neither), a lock file without its server is removed.
 * @throws OperatorError when the server's starter still lives: the folder is in use.
 */
export async function clearLeftBehind(dataDir: string, state: ClusterState): Promise<void> {
  const pid = await serverPid(dataDir);
  if (pid === undefined) return;
  // After a crash the system may have given the number to another program, which PostgreSQL can't tell.
  if (!processAlive(pid) || processName(pid) !== 'postgres') {
    await rm(join(dataDir, 'postmaster.pid'), { force: true });
    return;
  }
  const { owner } = state;
  if (owner !== undefined && owner.pid !== process.pid && processIdentity(owner.pid) === owner.identity) {
    throw new OperatorError(
      `${dataDir} is in use by process ${owner.pid}: stop that one first, or set EAIO_DATA_DIR to another folder.`,
    );
  }
  if (!(await stopServer(pid))) {
    throw new OperatorError(
      `A PostgreSQL server left behind in ${dataDir} (process ${pid}) does not stop: stop it by kill -9 ${pid}.`,
    );
  }
}

/**
 * Fast shutdown (open transactions are rolled back), and after a while without ceremony: the next start recovers.
 * `immediately` is for data that is thrown away. False when it lives on nevertheless.
 */
export async function stopServer(pid: number, { immediately = false } = {}): Promise<boolean> {
  const gently = [['SIGINT', 20_000]] as const;
  const firmly = [
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const;
  for (const [signal, waitMs] of immediately ? firmly : [...gently, ...firmly]) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone already, or not ours: the next line tells.
    }
    if (await processGone(pid, waitMs)) return true;
  }
  return false;
}

/** The first line of PostgreSQL's lock file. */
async function serverPid(dataDir: string): Promise<number | undefined> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** PostgreSQL writes its state into the eighth line of the lock file; `ready` when it takes connections. */
export async function serverReady(dataDir: string, pid: number): Promise<boolean> {
  const lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}
