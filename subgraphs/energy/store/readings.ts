import { type MeterType, type Quality, qualities } from '../domain.ts';
import type { Database, Grant } from './database.ts';
import { instants } from './targets.ts';

export interface StoredReading {
  readonly meterId: string;
  readonly buildingId: string;
  readonly type: MeterType;
  /** Start of the interval. */
  readonly time: Date;
  readonly intervalSeconds: number;
  readonly value: number;
  readonly quality: Quality;
  /** Name of the rule that says so; null for none. */
  readonly rule: string | null;
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
       select time, interval_s, value, quality, rule from energy.reading
       where meter_no = asked.meter_no and time >= $3::timestamptz and time < $4::timestamptz
         and ($5::timestamptz is null or time > $5)
       order by time limit $6
     ) r
     left join energy.vee_rule v on v.no = r.rule
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

/** Where a meter's newest reading is, as energy.meter says. */
export interface LatestPlace {
  readonly meterNo: number;
  readonly time: Date;
}

/** By meter number, those that are there; one row a meter, by the primary key. The bounds let the planner leave out partitions. */
export async function findReadingsAt(
  db: Database,
  grant: Grant,
  places: readonly LatestPlace[],
): Promise<ReadonlyMap<number, StoredReading>> {
  const times = places.map(({ time }) => time.getTime());
  const { rows } = await db.query<ReadingRow>(
    `select ${columns}
     from unnest($1::int[], $2::timestamptz[]) as asked(meter_no, time)
     join energy.meter m on m.meter_no = asked.meter_no and ($3::text[] is null or m.building_id = any($3))
     join energy.reading r on r.meter_no = asked.meter_no and r.time = asked.time and r.time between $4 and $5
     left join energy.vee_rule v on v.no = r.rule`,
    [
      places.map(({ meterNo }) => meterNo),
      instants(times),
      grant,
      ...instants([Math.min(...times), Math.max(...times)]),
    ],
  );
  return new Map(rows.map((row) => [row.meter_no, toReading(row)]));
}

const columns =
  'm.meter_no, m.id, m.building_id, m.type, r.time, r.interval_s, r.value, r.quality, v.name as rule';

interface ReadingRow {
  readonly meter_no: number;
  readonly id: string;
  readonly building_id: string;
  readonly type: MeterType;
  readonly time: Date;
  readonly interval_s: number;
  readonly value: number;
  readonly quality: number;
  readonly rule: string | null;
}

const toReading = (row: ReadingRow): StoredReading => ({
  meterId: row.id,
  buildingId: row.building_id,
  type: row.type,
  time: row.time,
  intervalSeconds: row.interval_s,
  value: row.value,
  quality: qualityOf(row.quality),
  rule: row.rule,
});

function qualityOf(code: number): Quality {
  const quality = qualities[code];
  if (quality === undefined)
    throw new RangeError(`energy.reading holds a quality of code ${code}, which has no name`);
  return quality;
}
