import type { ClientBase, Pool } from 'pg';
import { PositionMoved, type PositionStore, type Seat } from './types.ts';

/**
 * Positions in table `bus.position` (migrations in `platform/bus/migrations`). A position moves only from where the worker
 * read it: of two that believe to hold a partition, one commits, and the other's whole transaction fails. A worker that
 * waits for the other's row lock fails the same way when it gets it.
 */
export function postgresPositions(pool: Pool): PositionStore {
  return {
    async open(seat, initial) {
      await pool.query(
        `insert into bus.position (group_name, topic, partition, lane, position, count)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
        [...keyOf(seat), initial.position, initial.count],
      );
      const { rows } = await pool.query<{ position: string; count: string }>(
        'select position, count from bus.position where (group_name, topic, partition, lane) = ($1, $2, $3, $4)',
        keyOf(seat),
      );
      const [row] = rows;
      return row === undefined ? initial : { position: row.position, count: Number(row.count) };
    },

    async move(seat, from, to, client) {
      const db: Pool | ClientBase = client ?? pool;
      const { rowCount } = await db.query(
        `update bus.position set position = $5, count = $6, moved_at = now()
         where (group_name, topic, partition, lane) = ($1, $2, $3, $4) and position = $7 and count = $8`,
        [...keyOf(seat), to.position, to.count, from.position, from.count],
      );
      if (rowCount !== 1) throw new PositionMoved(seat);
    },
  };
}

const keyOf = ({ group, topic, partition, lane }: Seat): unknown[] => [group, topic, partition, lane];
