import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { lastWords, openLog } from './log-file.ts';

export interface SpawnRoleOptions {
  readonly command: readonly [program: string, ...args: string[]];
  readonly env: NodeJS.ProcessEnv;
  /** Takes what the process prints. */
  readonly logFile: string;
}

export interface SpawnedRole {
  readonly child: ChildProcess;
  /** The last thing that the process printed. */
  readonly lastWords: () => string;
}

export function spawnRole({ command: [program, ...args], env, logFile }: SpawnRoleOptions): SpawnedRole {
  const { descriptor, position } = openLog(logFile);
  try {
    // A session of its own: Ctrl-C at the terminal reaches the supervisor alone, which then drains in order.
    const child = spawn(program, args, {
      env,
      detached: true,
      stdio: ['ignore', descriptor, descriptor, 'ipc'],
    });
    return { child, lastWords: () => lastWords(logFile, position) };
  } finally {
    closeSync(descriptor);
  }
}
