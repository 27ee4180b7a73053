import type { Database, Grant } from './database.ts';

/** How far the data of the buildings that may be seen reach. */
export interface DataClock {
  /** Start of the newest reading, Unix ms. */
  readonly asOfMs: number;
  /** End of the newest interval, Unix ms: nothing can be missing behind it. */
  readonly endMs: number;
}

/** Null before the first reading. A scan of energy.meter, some thousand rows at most. */
export async function readDataClock(db: Database, grant: Grant): Promise<DataClock | null> {
  const { rows } = await db.query<{ as_of_ms: number | null; end_ms: number | null }>(
    `select extract(epoch from max(last_reading_at))::float8 * 1000 as as_of_ms,
            extract(epoch from max(last_reading_at + make_interval(secs => interval_s)))::float8 * 1000 as end_ms
     from energy.meter where $1::text[] is null or building_id = any($1)`,
    [grant],
  );
  const row = rows[0];
  if (row === undefined || row.as_of_ms === null || row.end_ms === null) return null;
  return { asOfMs: row.as_of_ms, endMs: row.end_ms };
}
