import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { codeOf, messageOf } from '../errors/facts.ts';
import { OperatorError } from '../errors/operator-error.ts';

/** SQLSTATEs of a server that is there and not ready yet: starting up, shutting down, out of connections. */
const notYet = new Set(['57P03', '57P01', '53300']);
/** A server that is not there yet. An unknown host is not waited for: it is a slip of the pen. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);

/**
 * Resolves when PostgreSQL at `url` answers a query.
 * @throws OperatorError when it does not within the deadline, or at once when waiting can't help (wrong password, no such database).
 */
export async function waitForPostgres(
  url: string,
  { deadlineMs }: { readonly deadlineMs: number },
): Promise<void> {
  const until = performance.now() + deadlineMs;
  for (let pauseMs = 25; ; pauseMs = Math.min(pauseMs * 2, 500)) {
    const failure = await ask(url, Math.max(until - performance.now(), 1));
    if (failure === undefined) return;
    if (!mayPass(failure) || performance.now() + pauseMs >= until) {
      throw new OperatorError(
        `PostgreSQL at ${address(url)} does not answer: ${sentence(failure)} Is DATABASE_URL right, and is it running?`,
        {
          cause: failure,
        },
      );
    }
    await delay(pauseMs);
  }
}

async function ask(url: string, timeoutMs: number): Promise<unknown> {
  let client: pg.Client;
  try {
    client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
    });
  } catch (error) {
    return error;
  }
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function mayPass(error: unknown): boolean {
  const code = codeOf(error);
  return notYet.has(code) || unreachable.has(code);
}

function sentence(error: unknown): string {
  const text = messageOf(error);
  return text.endsWith('.') ? text : `${text}.`;
}

/** Host, port and database: neither user nor password. */
function address(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return 'the given DATABASE_URL';
  }
}
