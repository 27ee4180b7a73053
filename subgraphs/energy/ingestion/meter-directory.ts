import type { Pool } from 'pg';
import type { MeterType } from '../domain.ts';

/** What never changes of a meter. */
export interface KnownMeter {
  readonly meterNo: number;
  readonly id: string;
  readonly buildingId: string;
  readonly type: MeterType;
}

/** Meters by id, asked of the database once. */
export interface MeterDirectory {
  /** Those of the ids that are registered. */
  find(ids: Iterable<string>): Promise<ReadonlyMap<string, KnownMeter>>;
  /** Ids of the buildings to which the meters belong. */
  buildingsOf(meterNos: Iterable<number>): Promise<readonly string[]>;
}

/**
 * Remembers only meters that there are, with what never changes of them (registering refuses to), so that nothing
 * remembered can be out of date, whichever process registered it. What is not known is asked each time: by the unique
 * index on id, all at once.
 */
export function createMeterDirectory(pool: Pool): MeterDirectory {
  const known = new Map<string, KnownMeter>();
  return {
    async find(ids) {
      const found = new Map<string, KnownMeter>();
      const missing = new Set<string>();
      for (const id of ids) {
        const meter = known.get(id);
        if (meter === undefined) missing.add(id);
        else found.set(id, meter);
      }
      if (missing.size === 0) return found;
      const { rows } = await pool.query<{
        meter_no: number;
        id: string;
        building_id: string;
        type: MeterType;
      }>('select meter_no, id, building_id, type from energy.meter where id = any($1::text[])', [
        [...missing],
      ]);
      for (const row of rows) {
        const meter = { meterNo: row.meter_no, id: row.id, buildingId: row.building_id, type: row.type };
        known.set(meter.id, meter);
        found.set(meter.id, meter);
      }
      return found;
    },

    async buildingsOf(meterNos) {
      const { rows } = await pool.query<{ building_id: string }>(
        'select distinct building_id from energy.meter where meter_no = any($1::int[])',
        [[...meterNos]],
      );
      return rows.map(({ building_id }) => building_id);
    },
  };
}
