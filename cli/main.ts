import { CommanderError } from 'commander';
import { OperatorError } from '../platform/errors/operator-error.ts';
import type { Output } from './commands/context.ts';
import { createProgram } from './program.ts';

export interface MainOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Runs a command to its end. The exit code: 0 done, 1 a failure that its sentence explains, 130 broken off by Ctrl-C. */
export async function main(args: readonly string[], { env, stdout, stderr }: MainOptions): Promise<number> {
  let exitCode = 0;
  const program = createProgram({
    env,
    stdout,
    stderr,
    setExitCode(code) {
      exitCode = code;
    },
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    // An operator can mend an OperatorError and needs a sentence; any other error is ours and needs its origin.
    stderr.write(
      `${error instanceof OperatorError ? error.message : `EAIO failed unexpectedly. ${stackOf(error)}`}\n`,
    );
    return 1;
  }
}

const stackOf = (error: unknown): string => (error instanceof Error && error.stack) || String(error);
