import type { Pool } from 'pg';
import { inTransaction } from '../../../platform/postgres/transaction.ts';
import { monthOf } from '../storage/month.ts';
import type { Storage } from '../storage/types.ts';
import type { AcceptedItem } from './check-items.ts';
import { type CheckedReading, inKeyOrder, insertNew, readingKey, replaceChanged } from './readings-store.ts';
import { retryOnDeadlock } from './retry.ts';
import { lockMeters, mergeSpans, remakeRollups } from './rollups.ts';

export type WrittenItem = AcceptedItem & { readonly intervalSeconds: number };

export interface WrittenReadings {
  /** Of the readings, known ones too, the times whose hours may have changed: whoever sends again may do so because these did not follow. */
  readonly fineTimesMs: readonly number[];
  /** The new and the changed ones, in the order of (meter_no, time). */
  readonly stored: readonly WrittenItem[];
}

/** Stores readings with their rollups in one transaction. Any number of writers may overlap. */
export async function writeReadings(
  pool: Pool,
  storage: Storage,
  accepted: readonly AcceptedItem[],
): Promise<WrittenReadings> {
  if (accepted.length === 0) return { fineTimesMs: [], stored: [] };
  await storage.makeRoom(accepted.map(({ timeMs }) => monthOf(timeMs)));
  const ordered = inKeyOrder(accepted);
  const meterNos = [...new Set(ordered.map(({ meterNo }) => meterNo))];

  return retryOnDeadlock(() =>
    inTransaction(pool, async (client) => {
      await storage.prepareToWrite(client);
      const locked = await lockMeters(client, meterNos);
      const items = ordered.map((item): WrittenItem => {
        const own = locked.get(item.meterNo);
        if (own === undefined)
          throw new Error(`Meter ${item.meter.id} was deleted while readings of it came in.`);
        return { ...item, intervalSeconds: item.intervalSeconds ?? own.intervalSeconds };
      });
      const inserted = await insertNew(client, items, { withHours: storage.writersKeepHours });
      const known = items.filter((item) => !inserted.has(readingKey(item)));
      const changed = known.length === 0 ? noKeys : await replaceChanged(client, known);
      const replaced = known.filter((item) => changed.has(readingKey(item)));
      await remakeRollups(client, storage, mergeSpans(replaced.map(spanOf)), { withHours: true });
      return {
        fineTimesMs: [...items.filter(({ intervalSeconds }) => intervalSeconds < 3_600), ...replaced].map(
          ({ timeMs }) => timeMs,
        ),
        stored: items.filter((item) => inserted.has(readingKey(item)) || changed.has(readingKey(item))),
      };
    }),
  );
}

const noKeys: ReadonlySet<string> = new Set();

const spanOf = ({ meterNo, timeMs }: CheckedReading) => ({ meterNo, fromMs: timeMs, toMs: timeMs });
