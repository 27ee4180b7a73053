import { randomUUID } from 'node:crypto';
import type { ClientBase, Pool, PoolClient } from 'pg';
import { inTransaction } from '../postgres/transaction.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createBell } from './consume/bell.ts';
import type { NewEvent } from './event.ts';
import { EventFault, type EventSchemas } from './event-schemas.ts';
import type { Bus } from './types.ts';

/** Events that announce a change of the database: written with it, published behind it. */
export interface Outbox {
  /**
   * Writes events in the caller's transaction: they are published if it commits, and only then. In order, at least once; an
   * event that is published twice has one id.
   * @throws EventFault when one does not fit its schema.
   */
  add(client: ClientBase, events: readonly NewEvent[]): Promise<void>;
}

export interface Relay extends AsyncDisposable {
  /** Events that wait to be published. */
  waiting(): Promise<number>;
}

export function createOutbox({ schemas }: { readonly schemas: EventSchemas }): Outbox {
  return {
    async add(client, events) {
      if (events.length === 0) return;
      for (const event of events) schemas.check(event);
      const time = new Date().toISOString();
      const rows = events.map((event) => ({ time, ...event, id: event.id ?? randomUUID() }));
      await client.query(
        `insert into bus.outbox (id, event)
         select (event ->> 'id')::uuid, event
         from jsonb_array_elements($1::jsonb) with ordinality as row (event, no) order by no`,
        [JSON.stringify(rows)],
      );
      // Told at the commit, once however many there are.
      await client.query("select pg_notify($1, '')", [channel]);
    },
  };
}

const channel = 'eaio_bus_outbox';
const eventsAtOnce = 200;
/** The relay's place in PostgreSQL's table of advisory locks: two relays would mix the order. */
const relayLock = `hashtextextended('${channel}', 0)`;

/**
 * Takes what transactions have written to the bus, and deletes it when Redis has it. Any number of processes may run one:
 * one works at a time, the others stand by. It waits for PostgreSQL's notice on a connection of its own, and looks every
 * second in any case. While the bus is away or full the events wait in their table.
 */
export function runRelay(options: {
  readonly pool: Pool;
  readonly bus: Pick<Bus, 'publish'>;
  readonly log: Pick<Logger, 'warn' | 'error'>;
}): Relay {
  const { pool, bus, log } = options;
  const closing = new AbortController();
  const bell = createBell();
  let listener: PoolClient | undefined;

  async function listen(): Promise<void> {
    if (listener !== undefined) return;
    const client = await pool.connect();
    const forget = () => {
      if (listener === client) listener = undefined;
      client.release(true);
    };
    client.once('error', forget);
    client.on('notification', () => bell.ring());
    listener = client;
    await client.query(`listen ${channel}`);
  }

  /** Resolves with how many were published; the lock ends with the transaction, whatever becomes of us. */
  const take = (): Promise<number> =>
    inTransaction(pool, async (client) => {
      const { rows: locks } = await client.query<{ mine: boolean }>(
        `select pg_try_advisory_xact_lock(${relayLock}) as mine`,
      );
      if (locks[0]?.mine !== true) return 0;
      const { rows } = await client.query<{ no: string; event: NewEvent }>(
        'select no, event from bus.outbox order by no limit $1 for update skip locked',
        [eventsAtOnce],
      );
      if (rows.length === 0) return 0;
      await bus.publish(rows.map(({ event }) => event));
      await client.query('delete from bus.outbox where no = any($1::bigint[])', [rows.map(({ no }) => no)]);
      return rows.length;
    });

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await listen();
        while ((await take()) > 0 && !closing.signal.aborted);
      } catch (err) {
        // The schemas were asked when the events were added: this process knows fewer than the one that added them.
        const level = err instanceof EventFault ? 'error' : 'warn';
        log[level]({ err }, 'Events wait in the outbox');
      }
      await bell.rung(closing.signal);
    }
  }
  const running = run();

  return {
    async waiting() {
      const { rows } = await pool.query<{ count: string }>('select count(*) from bus.outbox');
      return Number(rows[0]?.count ?? 0);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await running;
      const open = listener;
      listener = undefined;
      open?.release(true);
    },
  };
}
