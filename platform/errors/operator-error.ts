/**
 * A failure that an operator at the terminal can mend: one clear sentence, no stack trace, exit code 1.
 * Thrown by whatever starts things; `cli/` prints its message alone.
 */
export class OperatorError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'OperatorError';
  }
}
