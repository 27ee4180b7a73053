import { randomUUID } from 'node:crypto';
import type { ErrorCode } from './catalogue.ts';
import { dependencyFailure } from './dependency-failure.ts';
import { EaioError } from './eaio-error.ts';

const sayings = {
  TIMEOUT: 'The answer took longer than allowed.',
  DEPENDENCY_UNAVAILABLE: 'The database or Redis does not answer now; try again in a moment.',
} as const satisfies Partial<Record<ErrorCode, string>>;

/**
 * The one door from whatever was thrown to what a client sees. Ours pass as they are, also from inside graphql-js's
 * wrapping; failures of what we stand on are named; anything else is a fault of ours, of which a client sees an id alone.
 * The thrown value is kept as `cause`: whoever answers logs it when the code is INTERNAL_SERVER_ERROR.
 */
export function toClientError(thrown: unknown): EaioError {
  const error = unwrap(thrown);
  if (error instanceof EaioError) return error;
  const code = dependencyFailure(error);
  if (code !== undefined) return new EaioError(code, sayings[code], { cause: error });
  const id = randomUUID();
  return new EaioError(
    'INTERNAL_SERVER_ERROR',
    `Something went wrong on our side; the log has it under ${id}.`,
    {
      cause: error,
      details: { id },
    },
  );
}

/** graphql-js wraps what a resolver throws; a wrapped wrapping comes from a subgraph in process. */
function unwrap(thrown: unknown): unknown {
  let error = thrown;
  while (!(error instanceof EaioError) && hasOriginal(error)) error = error.originalError;
  return error;
}

const hasOriginal = (error: unknown): error is { readonly originalError: unknown } =>
  typeof error === 'object' &&
  error !== null &&
  'originalError' in error &&
  error.originalError !== undefined;
