import { randomUUID } from 'node:crypto';
import { types } from 'node:util';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { EaioError } from '../errors/eaio-error.ts';
import { codeOf } from '../errors/facts.ts';

/** Turns whatever went wrong during an operation into the error that the caller sees. */
export type Door = (error: unknown) => GraphQLError;

/**
 * The one door through which errors leave a subgraph.
 * - `EaioError`: as it was thrown, with its code.
 * - a value that does not fit its variable or argument: `BAD_USER_INPUT`.
 * - no connection to the database or to Redis: `DEPENDENCY_UNAVAILABLE`. A statement that took too long: `TIMEOUT`.
 * - anything else is a fault of ours: `INTERNAL_SERVER_ERROR` with an id and no more; the log holds the rest by that id.
 *
 * @param log gets one `error` for each masked fault: `{ errorId, err, path, ...facts }`.
 */
export function createDoor(
  log: Pick<Logger, 'error' | 'warn'>,
  facts: Readonly<Record<string, unknown>>,
): Door {
  return (error) => {
    const at =
      error instanceof GraphQLError ? error : new GraphQLError('', { originalError: asError(error) });
    const cause = rootCause(at);
    if (cause instanceof EaioError) return located(at, cause);
    if (cause instanceof GraphQLError && isArgumentFault(cause, at)) {
      return located(at, new EaioError('BAD_USER_INPUT', cause.message));
    }
    if (isLostConnection(cause)) {
      log.warn({ ...facts, err: cause, path: at.path }, 'a dependency does not answer');
      return located(
        at,
        new EaioError(
          'DEPENDENCY_UNAVAILABLE',
          'The database or Redis does not answer now. Try again in a moment.',
          { cause },
        ),
      );
    }
    if (codeOf(cause) === statementTimeout) {
      log.warn({ ...facts, err: cause, path: at.path }, 'a statement took too long');
      return located(
        at,
        new EaioError(
          'TIMEOUT',
          'The answer took longer than allowed. Ask for less: a shorter range, a smaller page.',
          { cause },
        ),
      );
    }
    const errorId = randomUUID();
    log.error({ ...facts, errorId, err: cause, path: at.path }, 'an operation failed by a fault of ours');
    return located(
      at,
      new EaioError(
        'INTERNAL_SERVER_ERROR',
        `Something went wrong on our side; the log holds it as ${errorId}.`,
        {
          cause,
          details: { errorId },
        },
      ),
    );
  };
}

function rootCause(error: GraphQLError): Error {
  let cause: Error = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  // graphql-js wraps what is no Error of its own realm; a driver's error may be one of another.
  return 'thrownValue' in cause && types.isNativeError(cause.thrownValue) ? cause.thrownValue : cause;
}

/**
 * graphql-js itself says what is wrong: with a variable, before any field was run (no path), or with an argument
 * (its nodes are the argument's). An error that it raises about an outgoing value has no nodes of its own, and is our fault.
 */
const isArgumentFault = (cause: GraphQLError, at: GraphQLError): boolean =>
  at.path === undefined || (cause !== at && cause.nodes !== undefined);

const located = (at: GraphQLError, error: EaioError): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: at.nodes ?? null,
    source: at.source ?? null,
    positions: at.positions ?? null,
    path: at.path ?? null,
    originalError: error,
    extensions: error.extensions,
  });

/** PostgreSQL's query_canceled: nothing but the statement timeout cancels ours. */
const statementTimeout = '57014';

/** Node's network errors, and PostgreSQL's classes 08 (connection), 57P (shutdown) and 53 (no resources). */
const lostCodes =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|08\w{3}|57P\w{2}|53\w{3})$/;
/** What pg and ioredis say without a code. */
const lostMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Connection is closed|Command timed out|Reached the max retries per request limit)/;

const isLostConnection = (error: Error): boolean =>
  lostCodes.test(codeOf(error)) || lostMessages.test(error.message);

const asError = (thrown: unknown): Error =>
  types.isNativeError(thrown) ? thrown : new Error(`thrown: ${String(thrown)}`);
