import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { messageOf } from '../../platform/errors/facts.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';

export interface LeadershipOptions {
  readonly databaseUrl: string;
  /** What only one process at a time may do. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** How often one that does not lead asks whether it may; default 2 s. */
  readonly askEveryMs?: number;
}

/**
 * Does `work` in one of all the processes that call this, until it is done or `signal` aborts; when that process dies, another
 * one begins it. The right is a lock of a PostgreSQL session: it ends with the connection, whatever becomes of the process.
 * `work`'s own signal aborts as well when the connection is lost, for another may have the right then. Never rejects but when `work` does.
 */
export async function lead(
  options: LeadershipOptions,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { databaseUrl, name, signal, log, askEveryMs = 2_000 } = options;
  const pause = (): Promise<unknown> => delay(askEveryMs, undefined, { signal }).catch(() => undefined);
  while (!signal.aborted) {
    const lost = new AbortController();
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: `eaio-lead-${name}`,
      keepAlive: true,
    });
    client.on('error', () => lost.abort());
    client.on('end', () => lost.abort());
    try {
      if (!(await mayLead(client, { name, signal, pause }))) return;
    } catch (error) {
      log.warn({ reason: messageOf(error) }, `Who does "${name}" can't be settled now; asking again.`);
      await end(client);
      await pause();
      continue;
    }
    log.info(`This process does "${name}".`);
    try {
      await work(AbortSignal.any([signal, lost.signal]));
      if (!lost.signal.aborted) return;
    } finally {
      await end(client);
    }
  }
}

/** Resolves true when the right is ours, false when nobody wants it any more. */
async function mayLead(
  client: pg.Client,
  {
    name,
    signal,
    pause,
  }: { readonly name: string; readonly signal: AbortSignal; readonly pause: () => Promise<unknown> },
): Promise<boolean> {
  await client.connect();
  while (!signal.aborted) {
    // Asked for, not waited for: a server that waits for a lock does not notice that its client is gone.
    const { rows } = await client.query<{ ours: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as ours',
      [`eaio.lead.${name}`],
    );
    // Told to stop while it asked: what it was just given ends with the connection.
    if (rows[0]?.ours === true && !signal.aborted) return true;
    await pause();
  }
  await end(client);
  return false;
}

const end = (client: pg.Client): Promise<void> => client.end().catch(() => undefined);
