import type { PoolClient } from 'pg';
import type { MeterType } from '../../domain.ts';
import { lockMeters } from '../rollups.ts';

/** A meter as it is while its lock is held. */
export interface LockedMeter {
  readonly meterNo: number;
  readonly id: string;
  readonly buildingId: string;
  readonly type: MeterType;
  readonly timeZone: string;
  readonly intervalSeconds: number;
  /** Start of its newest reading, Unix ms; -Infinity before the first. */
  readonly lastMs: number;
}

/**
 * Locks the meters for this transaction, then reads what is known of them: in a statement of its own, which sees what
 * whoever had the locks before has committed.
 */
export async function holdMeters(
  client: PoolClient,
  meterNos: readonly number[],
): Promise<ReadonlyMap<number, LockedMeter>> {
  await lockMeters(client, meterNos);
  const { rows } = await client.query<[number, string, string, MeterType, string, number, number | null]>({
    name: 'held-meters',
    rowMode: 'array',
    text: `select m.meter_no, m.id, m.building_id, m.type, b.time_zone, m.interval_s,
                  (extract(epoch from m.last_reading_at) * 1000)::float8
           from energy.meter m join energy.building b on b.id = m.building_id where m.meter_no = any($1::int[])`,
    values: [meterNos],
  });
  return new Map(
    rows.map(([meterNo, id, buildingId, type, timeZone, intervalSeconds, lastMs]) => [
      meterNo,
      { meterNo, id, buildingId, type, timeZone, intervalSeconds, lastMs: lastMs ?? -Infinity },
    ]),
  );
}
