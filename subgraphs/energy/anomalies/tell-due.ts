import type { Pool } from 'pg';
import type { Bus, NewEvent } from '../../../platform/bus/types.ts';
import { inTransaction } from '../../../platform/postgres/transaction.ts';

const atOnce = 500;

/**
 * Gives the bus the events about anomalies that it does not have yet, in order. They are deleted when it has them: a crash
 * between the two tells them again, never not at all.
 */
export async function tellDue(pool: Pool, bus: Pick<Bus, 'publish'>): Promise<number> {
  let told = 0;
  for (;;) {
    const count = await inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ id: string; event: NewEvent }>(
        'select id, event from energy.anomaly_due order by id limit $1 for update skip locked',
        [atOnce],
      );
      if (rows.length === 0) return 0;
      await bus.publish(rows.map(({ event }) => event));
      await client.query('delete from energy.anomaly_due where id = any($1::bigint[])', [
        rows.map(({ id }) => id),
      ]);
      return rows.length;
    });
    told += count;
    if (count < atOnce) return told;
  }
}
