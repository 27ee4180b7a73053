import { spawn } from 'node:child_process';
import { tether } from '../../lifecycle/tether.ts';
import type { Account } from './account.ts';

/**
 * Runs one of PostgreSQL's programs to its end, under the account it needs; it ends with us. Resolves with its output.
 * @throws Error with the program's last words when it fails.
 */
export function run(account: Account | undefined, program: string, args: readonly string[]): Promise<string> {
  const [command, commandArgs] = account?.wrap(program, args) ?? [program, args];
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArgs, {
      ...account?.spawnOptions,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: plainEnvironment,
      // Ctrl-C is for whoever started it: that one says what becomes of it.
      detached: true,
    });
    // Killed with it, or it would go on writing where the next start clears.
    const untie = child.pid === undefined ? () => undefined : tether({ pid: child.pid, signal: 'KILL' });
    let output = '';
    const keep = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      untie();
      if (code === 0) resolve(output);
      else
        reject(
          new Error(
            `${program} ended with ${signal ?? code}: ${output.trim().split('\n').slice(-3).join(' ')}`,
          ),
        );
    });
  });
}

/** Nothing of ours reaches PostgreSQL's programs: PGDATA and its kin would change what they do, LC_MESSAGES what they say. */
export const plainEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as const;
