import { type MeterType, type Quality, qualities } from '../domain.ts';
import type { Database, Grant } from './database.ts';

export interface StoredReading {
  readonly meterId: string;
  readonly buildingId: string;
  readonly type: MeterType;
  /** Start of the interval. */
  readonly time: Date;
  readonly intervalSeconds: number;
  readonly value: number;
  readonly quality: Quality;
}

/** One page of raw readings of each of several meters. */
export interface ReadingsPage {
  readonly from: Date;
  readonly to: Date;
  /** Readings behind this instant only. */
  readonly after: Date | null;
  readonly limit: number;
}

/** By meter number, in time order; by the primary key, `limit` rows a meter. */
export async function pageReadings(
  db: Database,
  grant: Grant,
  meterNos: readonly number[],
  { from, to, after, limit }: ReadingsPage,
): Promise<ReadonlyMap<number, readonly StoredReading[]>> {
  const { rows } = await db.query<ReadingRow>(
    `select ${columns}
     from unnest($1::int[]) as asked(meter_no)
     join energy.meter m on m.meter_no = asked.meter_no and ($2::text[] is null or m.building_id = any($2))
     cross join lateral (
       select time, interval_s, value, quality from energy.reading
       where meter_no = asked.meter_no and time >= $3::timestamptz and time < $4::timestamptz
         and ($5::timestamptz is null or time > $5)
       order by time limit $6
     ) r
     order by m.meter_no, r.time`,
    [meterNos, grant, from, to, after, limit],
  );
  const pages = new Map<number, StoredReading[]>();
  for (const row of rows) {
    const page = pages.get(row.meter_no) ?? [];
    page.push(toReading(row));
    pages.set(row.meter_no, page);
  }
  return pages;
}

/** The newest reading of each meter that has one: one row a meter, by the primary key. */
export async function findLatestReadings(
  db: Database,
  grant: Grant,
  meterNos: readonly number[],
): Promise<ReadonlyMap<number, StoredReading>> {
  const { rows } = await db.query<ReadingRow>(
    `select ${columns}
     from unnest($1::int[]) as asked(meter_no)
     join energy.meter m on m.meter_no = asked.meter_no and ($2::text[] is null or m.building_id = any($2))
     join energy.reading r on r.meter_no = m.meter_no and r.time = m.last_reading_at`,
    [meterNos, grant],
  );
  return new Map(rows.map((row) => [row.meter_no, toReading(row)]));
}

const columns = 'm.meter_no, m.id, m.building_id, m.type, r.time, r.interval_s, r.value, r.quality';

interface ReadingRow {
  readonly meter_no: number;
  readonly id: string;
  readonly building_id: string;
  readonly type: MeterType;
  readonly time: Date;
  readonly interval_s: number;
  readonly value: number;
  readonly quality: number;
}

const toReading = (row: ReadingRow): StoredReading => ({
  meterId: row.id,
  buildingId: row.building_id,
  type: row.type,
  time: row.time,
  intervalSeconds: row.interval_s,
  value: row.value,
  quality: qualityOf(row.quality),
});

function qualityOf(code: number): Quality {
  const quality = qualities[code];
  if (quality === undefined)
    throw new RangeError(`energy.reading holds a quality of code ${code}, which has no name`);
  return quality;
}
