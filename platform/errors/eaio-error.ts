import { type ErrorCode, errorCatalogue } from './catalogue.ts';

/**
 * A failure that a client may see: its message says what, where, why, and how to mend it.
 * graphql-js copies `extensions` of a thrown error into the answer, so resolvers throw it as it is.
 */
export class EaioError extends Error {
  readonly code: ErrorCode;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EaioError';
    this.code = code;
    this.extensions = { ...options.details, code, retryable: errorCatalogue[code].retryable };
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }
}
