#!/usr/bin/env node
import { CommanderError } from 'commander';
import { OperatorError } from '../platform/errors/operator-error.ts';
import { createProgram } from './program.ts';

/** The exit code: 0 done, 1 a failure that its sentence explains, 130 broken off by Ctrl-C. */
async function main(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = createProgram({
    env: process.env,
    setExitCode: (code) => {
      exitCode = code;
    },
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    // An operator can mend an OperatorError and needs a sentence; any other error is ours and needs its origin.
    process.stderr.write(
      `${error instanceof OperatorError ? error.message : `EAIO failed unexpectedly. ${stackOf(error)}`}\n`,
    );
    return 1;
  }
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const code = await main(process.argv.slice(2));
// All was closed in order; whatever a library still holds (a timer, an idle socket) is no reason to stay.
process.exit(code);
