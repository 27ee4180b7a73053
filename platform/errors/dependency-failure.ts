import { codeOf, messageOf, nameOf } from './facts.ts';

/** Tells failures of what we stand on (PostgreSQL, Redis, the network) from faults of ours, by the marks that their clients leave. */

const network = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * SQLSTATE: class 08 lost connections; 57P0x the server goes down or comes up; 53 out of connections, memory or disk;
 * 40001 and 40P01 another transaction was in the way. All of them may pass.
 */
const sqlUnavailable = /^(08...|57P0.|53...|40001|40P01)$/;
/** query_canceled: over the statement timeout. */
const sqlTimeout = '57014';

/** Errors that pg and ioredis raise without a code. */
const lostConnection =
  /^(Connection terminated|timeout exceeded when trying to connect|Connection is closed|Command timed out|Stream isn't writeable)/;
const redisState = /^(LOADING|READONLY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|BUSY|OOM|NOREPLICAS) /;

export function dependencyFailure(error: unknown): 'TIMEOUT' | 'DEPENDENCY_UNAVAILABLE' | undefined {
  const [code, name, message] = [codeOf(error), nameOf(error), messageOf(error)];
  if (code === sqlTimeout || name === 'TimeoutError' || name === 'AbortError') return 'TIMEOUT';
  const away =
    network.has(code) ||
    sqlUnavailable.test(code) ||
    name === 'MaxRetriesPerRequestError' ||
    lostConnection.test(message) ||
    (name === 'ReplyError' && redisState.test(message));
  return away ? 'DEPENDENCY_UNAVAILABLE' : undefined;
}
