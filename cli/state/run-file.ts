import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { codeOf } from '../../platform/errors/facts.ts';
import { processIdentity } from '../../platform/lifecycle/processes.ts';

const processSchema = z.object({ pid: z.int().positive(), identity: z.string() });

const runSchema = z.object({
  /** The supervisor. */
  process: processSchema,
  phase: z.enum(['starting', 'ready', 'stopping']),
  startedAt: z.string(),
  /** The data set that is served. */
  dataset: z.string().optional(),
  /** The router's own address. */
  url: z.string().optional(),
  databaseUrl: z.string().optional(),
  redisUrl: z.string().optional(),
  /** Role processes, which end by themselves when the supervisor does. */
  children: z.array(processSchema.extend({ name: z.string() })),
});

/** One process, such that a later one with the same pid is not taken for it. */
export type ProcessRecord = z.infer<typeof processSchema>;
/** What a running system tells other commands (`import`, a second `up`) about itself. */
export type Run = z.infer<typeof runSchema>;

export function recordOf(pid: number): ProcessRecord | undefined {
  const identity = processIdentity(pid);
  return identity === undefined ? undefined : { pid, identity };
}

export const sameProcess = (a: ProcessRecord, b: ProcessRecord): boolean =>
  a.pid === b.pid && a.identity === b.identity;
export const lives = (record: ProcessRecord): boolean => processIdentity(record.pid) === record.identity;

/** Undefined when there is none, or none that can be read. */
export function readRun(file: string): Run | undefined {
  try {
    return runSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Creates the file with its content at once, or returns false when there is one already. */
export function createRun(file: string, run: Run): boolean {
  const draft = writeDraft(file, run);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** For its owner alone. Readers see the old content or the new, never half of either. */
export function replaceRun(file: string, run: Run): void {
  renameSync(writeDraft(file, run), file);
}

/**
 * Takes away a file whose owner is dead, unless somebody else has replaced it since it was read.
 * Renaming has one winner, so that two who judge the same file dead do not both go on.
 */
export function removeStaleRun(file: string, judged: Run | undefined): void {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const taken = readRun(aside);
  const isAnothers =
    taken !== undefined && taken.process.identity !== judged?.process.identity && lives(taken.process);
  if (isAnothers) createRun(file, taken);
  rmSync(aside, { force: true });
}

function writeDraft(file: string, run: Run): string {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 });
  return draft;
}
