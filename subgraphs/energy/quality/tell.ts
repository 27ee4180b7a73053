import type { NewEvent } from '../../../platform/bus/types.ts';
import { qualities } from '../domain.ts';
import { historyLoaded, type ReadingsStored, storedEvents } from '../ingestion/events.ts';
import type { Database } from '../store/database.ts';
import type { RevisedMeter } from './meters.ts';

/** More than these are told as a history that changed: whoever follows reads them again. */
const mostNamed = 1_000;

/** Events about readings of a meter that were changed, as they stand now. Readings that are gone can't be named. */
export async function eventsAbout(
  db: Database,
  meter: Pick<RevisedMeter, 'meterNo' | 'id' | 'buildingId' | 'type'>,
  timesMs: readonly number[],
): Promise<readonly NewEvent[]> {
  if (timesMs.length === 0) return [];
  if (timesMs.length > mostNamed) return historyLoaded([meter.buildingId]);
  const { rows } = await db.query<{ time: Date; interval_s: number; value: number; quality: number }>(
    `select time, interval_s, value, quality from energy.reading
     where meter_no = $1 and time = any(select to_timestamp(each / 1000) from unnest($2::float8[]) as each) order by time`,
    [meter.meterNo, timesMs],
  );
  const readings = rows.map((row): ReadingsStored['readings'][number] => ({
    meterId: meter.id,
    buildingId: meter.buildingId,
    type: meter.type,
    time: row.time.toISOString(),
    intervalSeconds: row.interval_s,
    value: row.value,
    quality: qualities[row.quality] ?? 'SUSPECT',
  }));
  const stored = storedEvents(readings);
  return rows.length < timesMs.length ? [...stored, ...historyLoaded([meter.buildingId])] : stored;
}
