import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

export interface TetherOptions {
  /** The process that must not outlive us. */
  readonly pid: number;
  readonly signal: 'TERM' | 'INT' | 'QUIT' | 'KILL';
  /** A folder to remove once that process is gone. */
  readonly remove?: string | undefined;
}

/**
 * Ties a process to this one: when we end in whatever way, `kill -9` included, it gets the signal.
 * A shell waits on a pipe that only we hold open; the system closes it when we end. Its own session keeps it from Ctrl-C.
 * Returns how to untie; to be called when the process has ended, before its pid can be given to another.
 */
export function tether(options: TetherOptions): () => void {
  const script = `read -r _
    kill -s "$1" "$2" 2>/dev/null
    if [ -n "$3" ]; then
      n=0; while kill -0 "$2" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
      rm -rf -- "$3"
    fi`;
  const shell = spawn(
    'sh',
    ['-c', script, 'eaio-tether', options.signal, String(options.pid), options.remove ?? ''],
    {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      cwd: '/',
    },
  );
  // Without a shell the process is merely not tied: the next start clears what was left behind.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return () => void shell.kill('SIGKILL');
}
