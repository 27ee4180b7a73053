import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { tether } from '../../platform/lifecycle/tether.ts';
import { type WaitOptions, within } from './wait.ts';

export interface Script extends AsyncDisposable {
  readonly pid: number;
  /** What came on standard error so far. */
  readonly errors: string;
  /** The next line of standard output. */
  line(): Promise<string>;
  /** Exit code, or the signal that ended it. */
  readonly exit: Promise<number | NodeJS.Signals>;
  signal(name: NodeJS.Signals): void;
}

export interface ScriptOptions {
  readonly args?: readonly string[];
  /** The whole environment; default: PATH alone. */
  readonly env?: Readonly<Record<string, string>>;
}

const repository = fileURLToPath(new URL('../../', import.meta.url));

/**
 * A real process of its own that runs `source`, TypeScript whose imports begin at the repository's root
 * (`./platform/...`), with `args` in `process.argv` from index 1. For what only a process shows: signals, `kill -9`, two at once.
 */
export function runScript(source: string, { args = [], env = {} }: ScriptOptions = {}): Script {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--input-type=module-typescript', '--eval', source, '--', ...args],
    {
      cwd: repository,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) throw new Error('The script did not start.');
  const untie = tether({ pid, signal: 'KILL' });
  let errors = '';
  stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const exit = once(child, 'exit').then(([code, signal]: (number | NodeJS.Signals)[]) => {
    untie();
    return code ?? signal ?? 0;
  });
  return {
    pid,
    get errors() {
      return errors;
    },
    exit,
    async line() {
      const options: WaitOptions = {
        what: `a line of the script; its errors: ${errors}`,
        deadlineMs: 20_000,
      };
      const next = await within(lines.next(), options);
      if (next.done === true) throw new Error(`The script ended. Its errors: ${errors}`);
      return next.value;
    },
    signal: (name) => void child.kill(name),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
