import { fork } from 'node:child_process';
import { once } from 'node:events';
import { tether } from '../../platform/lifecycle/tether.ts';

/** A program of the bench in a process of its own, so that what is measured and what measures don't share a thread. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** Sends `question` and resolves with the next message that comes back. */
  ask(question: unknown): Promise<unknown>;
}

/**
 * Starts `program` (a module of bench/) and waits for its first message, `first`. The child ends when its line to us does.
 * Rejects when it ends before.
 */
export async function startChild(
  program: URL,
  argument: unknown,
): Promise<{ readonly child: Child; readonly first: unknown }> {
  const child = fork(program, [JSON.stringify(argument)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [...process.execArgv],
  });
  const { pid } = child;
  const exited = once(child, 'exit');
  const message = async (): Promise<unknown> => {
    const gone = exited.then(() => {
      throw new Error(`${program.pathname.split('/').pop()} ended before it answered.`);
    });
    const [said]: unknown[] = await Promise.race([once(child, 'message'), gone]);
    return said;
  };
  const first = await message();
  if (pid === undefined) throw new Error('The child has no process.');
  const untie = tether({ pid, signal: 'KILL' });
  exited.then(untie, untie);
  return {
    first,
    child: {
      pid,
      async ask(question) {
        const answer = message();
        child.send(question as Parameters<typeof child.send>[0]);
        return await answer;
      },
      async [Symbol.asyncDispose]() {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill('SIGTERM');
          const late = setTimeout(() => child.kill('SIGKILL'), 3_000);
          await exited;
          clearTimeout(late);
        }
      },
    },
  };
}
