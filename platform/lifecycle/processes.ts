import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Looks at other processes of this machine: Linux by /proc (slim containers have no `ps`), elsewhere by `ps`. */

/**
 * Stands for one run of a process: equal only while the very same process lives, so that a reused pid is not mistaken.
 * Undefined when it is gone, or is a zombie that nobody has collected.
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'lstart=');
  const stat = read(`/proc/${pid}/stat`);
  // The name is in brackets and may hold blanks: count the fields from behind it. Field 3 is the state, 22 the start.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

export const processAlive = (pid: number): boolean => processIdentity(pid) !== undefined;

/** The program that a process runs (`postgres`); undefined when there is no such process. */
export function processName(pid: number): string | undefined {
  if (process.platform === 'linux') return read(`/proc/${pid}/comm`)?.trim();
  return ps(pid, 'comm=')?.split('/').at(-1);
}

/** Resolves true when the process is gone, false when it still lives after `deadlineMs`. For processes that are no child of ours. */
export async function processGone(pid: number, deadlineMs: number): Promise<boolean> {
  const until = performance.now() + deadlineMs;
  while (processAlive(pid)) {
    if (performance.now() >= until) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function ps(pid: number, column: string): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', column, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.trim() || undefined;
  } catch {
    return undefined;
  }
}
