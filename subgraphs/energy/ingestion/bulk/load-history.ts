import type { Pool } from 'pg';
import type { MeterSeries } from '../../domain.ts';
import type { Month } from '../../storage/month.ts';
import type { Storage } from '../../storage/types.ts';
import type { MeterDirectory } from '../meter-directory.ts';
import { noteOrigins } from '../origin.ts';
import type { BulkOptions, BulkProgress, BulkReport } from '../types.ts';
import { checkSeries } from './check-series.ts';
import { createMonthBuffer } from './month-buffer.ts';
import { countRows, inOrder } from './rows.ts';
import { writeMonth } from './write-month.ts';

export interface LoadHistoryOptions extends BulkOptions {
  readonly pool: Pool;
  readonly storage: Storage;
  readonly directory: MeterDirectory;
  /** Takes the ids of the buildings whose readings came, as they come. */
  readonly touched: Set<string>;
}

/** Months written at once, each by a connection of its own. */
const writers = 2;
/** Readings of a month that are worth writing before the source has left the month. */
const largeRows = 250_000;
/** Readings that wait to be written, 16 bytes each; while there are more the source waits. */
const maxWaiting = 400_000;

/** Loads batches month by month, several months at once, while further batches are read. See `Ingestion.bulk`. */
export async function loadHistory(
  { pool, storage, directory, touched, onProgress, signal, source = 'history', runId }: LoadHistoryOptions,
  batches: AsyncIterable<readonly MeterSeries[]>,
): Promise<BulkReport> {
  const startMs = performance.now();
  const buffer = createMonthBuffer({ largeRows });
  const writing = new Map<Month, Promise<void>>();
  const failures: unknown[] = [];
  const done = { readings: 0, inserted: 0, updated: 0 };
  let noted: Promise<number> | undefined;
  /** One row for the whole load, made when there is something to write. */
  const origin = (): Promise<number> => {
    noted ??= noteOrigins(pool, [{ kind: 'bulk', source, runId, receivedAtMs: Date.now() }]).then(
      ([id = 0]) => id,
    );
    return noted;
  };

  const elapsedMs = (): number => performance.now() - startMs;
  const progress = (): BulkProgress => ({
    readings: done.readings,
    readingsPerSecond: Math.round((done.readings / Math.max(elapsedMs(), 1)) * 1_000),
  });

  const write = async (month: Month): Promise<void> => {
    const rows = inOrder(buffer.take(month));
    const counts = await writeMonth(pool, storage, month, rows, await origin());
    done.readings += countRows(rows);
    done.inserted += counts.inserted;
    done.updated += counts.updated;
    onProgress?.(progress());
  };

  const start = (month: Month): void => {
    const work = write(month)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => writing.delete(month));
    writing.set(month, work);
  };

  const nextMonth = (most: number): Month | undefined => {
    const busy = new Set(writing.keys());
    if (busy.size >= writers) return undefined;
    return buffer.ripe(busy) ?? (buffer.rowCount > most ? buffer.largest(busy) : undefined);
  };

  /** Starts what is worth starting; waits as long as more than `most` readings wait to be written. */
  const writeDownTo = async (most: number): Promise<void> => {
    for (;;) {
      signal?.throwIfAborted();
      if (failures.length > 0) throw failures[0];
      const month = nextMonth(most);
      if (month !== undefined) start(month);
      else if (buffer.rowCount > most) await Promise.race(writing.values());
      else return;
    }
  };

  try {
    for await (const batch of batches) {
      const meters = await directory.find(batch.map(({ meterId }) => meterId));
      for (const series of batch) {
        const meter = meters.get(series.meterId);
        buffer.add(checkSeries(series, meter));
        if (meter !== undefined) touched.add(meter.buildingId);
      }
      buffer.endBatch();
      await writeDownTo(maxWaiting);
    }
    await writeDownTo(0);
  } finally {
    // Whatever ended the load: what is being written is written, with its rollups.
    await Promise.all(writing.values());
  }
  if (failures.length > 0) throw failures[0];
  await refreshStatistics(pool);
  return {
    ...progress(),
    inserted: done.inserted,
    updated: done.updated,
    unchanged: done.readings - done.inserted - done.updated,
    elapsedMs: elapsedMs(),
  };
}

/**
 * The planner must know what came before the first question: autovacuum takes its time. This commit waits for the disk,
 * as those of the load did not: when it is done, they are safe.
 */
async function refreshStatistics(pool: Pool): Promise<void> {
  await pool.query('analyze energy.building, energy.meter, energy.reading_day, energy.reading_month');
}
