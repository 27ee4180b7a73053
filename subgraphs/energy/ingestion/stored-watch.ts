import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { comparePositions } from '../../../platform/bus/position.ts';
import type { Place } from '../../../platform/bus/types.ts';
import { receivedTopic, storeGroup } from './received.ts';

/** Between two looks, while anybody waits: one statement for all of them. */
const lookEveryMs = 20;

/** Tells when what was put into the stream is in the table: the store's positions move in the transactions of its readings. */
export function createStoredWatch(pool: Pool) {
  let looking: Promise<ReadonlyMap<number, string>> | undefined;

  const look = (): Promise<ReadonlyMap<number, string>> => {
    looking ??= delay(lookEveryMs)
      .then(() => {
        looking = undefined;
        return pool.query<{ partition: number; position: string }>({
          name: 'store-positions',
          text: `select partition, position from bus.position where group_name = $1 and topic = $2 and lane = 'live'`,
          values: [storeGroup, receivedTopic],
        });
      })
      .then(({ rows }) => new Map(rows.map(({ partition, position }) => [partition, position])));
    return looking;
  };

  return {
    /** Whether all of the places were stored within the time. */
    async stored(places: readonly Place[], waitMs: number): Promise<boolean> {
      const deadline = performance.now() + waitMs;
      let left = places;
      while (left.length > 0 && performance.now() < deadline) {
        const positions = await look();
        left = left.filter(({ partition, position }) => {
          const at = positions.get(partition);
          return at === undefined || comparePositions(at, position) < 0;
        });
      }
      return left.length === 0;
    },
  };
}
