import type { Pool, PoolClient } from 'pg';
import { codeOf } from '../../../../platform/errors/facts.ts';
import { inTransaction } from '../../../../platform/postgres/transaction.ts';
import { type Month, monthOf, monthStartMs } from '../../storage/month.ts';
import type { Storage } from '../../storage/types.ts';
import { pickColumns, type ReadingColumns } from '../columns.ts';
import { noteOrigins, type Origin } from '../origin.ts';
import { retryOnDeadlock } from '../retry.ts';
import { type Rejudged, rejected, type Vee, type VeeMeter } from '../vee-port.ts';
import { noteAnnouncement } from './announcements.ts';
import { arrange, inTimeOrder } from './arrange.ts';
import { holdMeters, type LockedMeter } from './locked-meters.ts';
import { rejudge, setAside } from './set-aside.ts';
import { type StoredBatch, storeBatch } from './store-batch.ts';

export interface StoreReadingsOptions {
  readonly pool: Pool;
  readonly storage: Storage;
  readonly vee: Vee;
  /** In the order in which they came; `origins` are places in `brought`, and an interval of 0 is the meter's own. */
  readonly readings: ReadingColumns;
  /** What brought them, one or more. */
  readonly brought: readonly Origin[];
  readonly topic: string;
  readonly partition: number;
  /** What else belongs to the transaction: a consumer's position. */
  readonly commitIn?: (client: PoolClient) => Promise<void>;
}

export interface StoredReadings extends StoredBatch {
  readonly meters: ReadonlyMap<number, LockedMeter>;
  readonly rejudged: readonly Rejudged[];
  /** Strike it off when the stored ones are announced; null when nothing is to announce. */
  readonly announcement: number | null;
}

/**
 * Judges and stores readings with their rollups, their origin and whatever else the caller commits, in one transaction.
 * A commit does not wait for the disk: what a crash of the server takes, it takes whole, a consumer's position too, so
 * that the readings are read again from the stream.
 */
export async function storeReadings(options: StoreReadingsOptions): Promise<StoredReadings> {
  const { pool, storage, readings } = options;
  await storage.makeRoom(monthsOf(readings.timesMs));
  let trustLast = true;
  for (;;) {
    try {
      return await retryOnDeadlock(() =>
        inTransaction(pool, (client) => storeIn(client, { ...options, trustLast })).catch(
          (error: unknown) => {
            options.vee.forget(options.topic, options.partition);
            throw error;
          },
        ),
      );
    } catch (error) {
      // A load of history has just written one of these readings: now all are compared with what is there.
      if (codeOf(error) !== uniqueViolation || !trustLast) throw error;
      trustLast = false;
    }
  }
}

const uniqueViolation = '23505';

async function storeIn(
  client: PoolClient,
  {
    storage,
    vee,
    readings,
    brought,
    topic,
    partition,
    commitIn,
    trustLast,
  }: StoreReadingsOptions & { readonly trustLast: boolean },
): Promise<StoredReadings> {
  await storage.prepareToWrite(client);
  await client.query('set local synchronous_commit = off');
  const { columns, runs, receivedAtMs } = arrange(readings, brought);
  const meters = await holdMeters(
    client,
    runs.map(({ meterNo }) => meterNo),
  );
  const ids = await noteOrigins(
    client,
    brought.map((origin) => ({ ...origin, rulesVersion: vee.rulesVersion })),
  );
  for (let row = 0; row < columns.length; row += 1)
    columns.origins[row] = ids[columns.origins[row] ?? 0] ?? 0;
  const judged = runs.map((run): VeeMeter => {
    const meter = meters.get(run.meterNo);
    if (meter === undefined)
      throw new Error(`Meter number ${run.meterNo} was deleted while readings of it came in.`);
    for (let row = run.firstRow; row < run.endRow; row += 1)
      if (columns.intervals[row] === 0) columns.intervals[row] = meter.intervalSeconds;
    return { ...meter, firstRow: run.firstRow, endRow: run.endRow };
  });
  const { rejudged } = await vee.judge({ topic, partition, columns, meters: judged, receivedAtMs }, client);
  const by = brought[0]?.source ?? '';
  const { kept, refused } = inTimeOrder(columns, rejected);
  if (refused.length > 0)
    await setAside(client, pickColumns(columns, refused), { reason: 'rejected', by: 'validation' });
  const stored = await storeBatch({ client, storage, readings: kept, meters, by, trustLast });
  await rejudge(client, storage, rejudged);
  const announcement = await noteAnnouncement(client, stored.stored);
  await commitIn?.(client);
  return { ...stored, meters, rejudged, announcement };
}

function monthsOf(timesMs: Float64Array): readonly Month[] {
  const months = new Set<Month>();
  let [from, to] = [0, 0];
  for (const timeMs of timesMs) {
    if (timeMs >= from && timeMs < to) continue;
    const month = monthOf(timeMs);
    [from, to] = [monthStartMs(month), monthStartMs(month + 1)];
    months.add(month);
  }
  return [...months];
}
