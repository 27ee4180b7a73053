import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import { processGone } from '../../platform/lifecycle/processes.ts';
import {
  createRun,
  lives,
  type ProcessRecord,
  type Run,
  readRun,
  recordOf,
  removeStaleRun,
  replaceRun,
  sameProcess,
} from './run-file.ts';

/** The right of one supervisor at a time to run on a data folder. */
export interface Ownership {
  /** Does nothing once it is released: the file may be another's by then. */
  update(change: Partial<Omit<Run, 'process' | 'startedAt'>>): void;
  release(): void;
}

export interface OwnershipOptions {
  readonly file: string;
  /** Called when the start has to wait for an earlier one to end. */
  readonly onWait: (what: string) => void;
  /** How long an earlier system that is going down may take. */
  readonly drainMs?: number;
}

/** A supervisor that lost its parent needs this long to notice; only one that keeps on running refuses a second start. */
const noticeMs = 1_200;
const lookEveryMs = 50;

/**
 * Takes the folder: at once when nobody has it, after a wait when its owner is just stopping or was killed and left
 * role processes that are. @throws OperatorError when somebody else runs on it.
 */
export async function takeOwnership({
  file,
  onWait,
  drainMs = 30_000,
}: OwnershipOptions): Promise<Ownership> {
  const own = recordOf(process.pid);
  if (own === undefined) throw new Error('This process can not see itself.');
  let run: Run = { process: own, phase: 'starting', startedAt: new Date().toISOString(), children: [] };
  while (!createRun(file, run)) await clear(file, onWait, drainMs);

  let held = true;
  return {
    update(change) {
      run = { ...run, ...change };
      if (held) replaceRun(file, run);
    },
    release() {
      held = false;
      rmSync(file, { force: true });
    },
  };
}

async function clear(file: string, onWait: (what: string) => void, drainMs: number): Promise<void> {
  const other = readRun(file);
  if (other !== undefined && lives(other.process)) return waitForOwner(file, other, onWait, drainMs);
  const orphans = other?.children.filter(lives) ?? [];
  if (orphans.length > 0) {
    onWait('An earlier run was killed: waiting for its processes to finish');
    await Promise.all(orphans.map((child) => endOrphan(child, drainMs)));
  }
  removeStaleRun(file, other);
}

/** Returns when the owner is gone or has just released the folder. */
async function waitForOwner(
  file: string,
  owner: Run,
  onWait: (what: string) => void,
  drainMs: number,
): Promise<void> {
  const begun = performance.now();
  let told = false;
  for (;;) {
    const now = readRun(file);
    if (now === undefined || !sameProcess(now.process, owner.process) || !lives(now.process)) return;
    const waited = performance.now() - begun;
    if (now.phase !== 'stopping' && waited > noticeMs) throw new OperatorError(running(now));
    if (now.phase === 'stopping' && waited > drainMs) {
      throw new OperatorError(
        `An earlier run (process ${now.process.pid}) does not come to its end: stop it with \`kill -9 ${now.process.pid}\`.`,
      );
    }
    if (now.phase === 'stopping' && !told) onWait('An earlier run is still stopping: waiting for it');
    told ||= now.phase === 'stopping';
    await delay(lookEveryMs);
  }
}

/** Role processes notice the loss of their supervisor and drain; one that hangs is not waited for for ever. */
async function endOrphan(child: ProcessRecord, drainMs: number): Promise<void> {
  if (await processGone(child.pid, drainMs)) return;
  if (lives(child)) process.kill(child.pid, 'SIGKILL');
}

function running({ process: { pid }, url }: Run): string {
  const where = url === undefined ? `process ${pid}, starting` : `process ${pid}, ${url}`;
  return `EAIO already runs on this data folder (${where}): stop it first, or give this one its own with --data-dir DIR.`;
}
