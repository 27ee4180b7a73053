import type { PoolClient } from 'pg';

/** A reading that was checked, on its way into energy.reading. */
export interface CheckedReading {
  readonly meterNo: number;
  /** Unix ms. */
  readonly timeMs: number;
  readonly intervalSeconds: number;
  readonly value: number;
}

/** Quality of what comes in as measured: `GOOD`. */
const quality = 0;

/** In the order of (meter_no, time), as all writers write, so that two never wait for each other's readings. */
export function inKeyOrder<T extends Pick<CheckedReading, 'meterNo' | 'timeMs'>>(
  readings: readonly T[],
): readonly T[] {
  return readings.toSorted((a, b) => a.meterNo - b.meterNo || a.timeMs - b.timeMs);
}

export const readingKey = ({ meterNo, timeMs }: Pick<CheckedReading, 'meterNo' | 'timeMs'>): string =>
  `${meterNo} ${timeMs}`;

/**
 * Inserts the readings that are not known, adds them to their days, months and (where writers keep them) hours, and
 * moves the meters' first and last reading. One statement; the caller holds the meters' locks. Returns the keys of the
 * inserted.
 */
export async function insertNew(
  client: PoolClient,
  readings: readonly CheckedReading[],
  { withHours }: { readonly withHours: boolean },
): Promise<ReadonlySet<string>> {
  return keysOf(client, withHours ? insertWithHours : insertWithoutHours, readings);
}

/** Replaces known readings that differ; rollups are the caller's. Returns the keys of the replaced. */
export async function replaceChanged(
  client: PoolClient,
  readings: readonly CheckedReading[],
): Promise<ReadonlySet<string>> {
  return keysOf(client, replace, readings);
}

async function keysOf(
  client: PoolClient,
  text: string,
  readings: readonly CheckedReading[],
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<[meterNo: number, timeMs: number]>({
    text,
    rowMode: 'array',
    values: [
      readings.map(({ meterNo }) => meterNo),
      readings.map(({ timeMs }) => timeMs),
      readings.map(({ intervalSeconds }) => intervalSeconds),
      readings.map(({ value }) => value),
    ],
  });
  return new Set(rows.map(([meterNo, timeMs]) => readingKey({ meterNo, timeMs })));
}

const item = `item as (
  select meter_no, interval_s, to_timestamp(time_ms / 1000) as time, value, ${quality}::smallint as quality
  from unnest($1::int[], $2::float8[], $3::int[], $4::float8[]) as i(meter_no, time_ms, interval_s, value)
  order by meter_no, time_ms
)`;

const key = '(meter_no, time)';
const keyInMs = 'meter_no, (extract(epoch from time) * 1000)::float8';

/** Adds the new readings to one kind of bucket. */
const addTo = (table: string, bucket: string, of: string): string => `
  insert into energy.${table} as kept (meter_no, ${bucket}, sum, min_rate, max_rate, covered_s, count)
  select meter_no, ${of}, sum(value), min(rate), max(rate), sum(interval_s), count(*) from local group by 1, 2
  on conflict (meter_no, ${bucket}) do update set
    sum = kept.sum + excluded.sum,
    min_rate = least(kept.min_rate, excluded.min_rate),
    max_rate = greatest(kept.max_rate, excluded.max_rate),
    covered_s = kept.covered_s + excluded.covered_s,
    count = kept.count + excluded.count`;

const insert = (hours: string): string => `with ${item},
new as (
  insert into energy.reading (meter_no, interval_s, time, value, quality)
  select meter_no, interval_s, time, value, quality from item
  on conflict ${key} do nothing
  returning meter_no, time, interval_s, value
),
local as (
  select n.*, n.value * (3600::float8 / n.interval_s) as rate, (n.time at time zone b.time_zone)::date as day
  from new n join energy.meter m on m.meter_no = n.meter_no join energy.building b on b.id = m.building_id
),
days as (${addTo('reading_day', 'day', 'day')}),
months as (${addTo('reading_month', 'month', "date_trunc('month', day::timestamp)::date")}),
${hours}
seen as (
  update energy.meter m
  set first_reading_at = least(m.first_reading_at, s.first), last_reading_at = greatest(m.last_reading_at, s.last)
  from (select meter_no, min(time) as first, max(time) as last from new group by meter_no) s
  where m.meter_no = s.meter_no
    and (least(m.first_reading_at, s.first), greatest(m.last_reading_at, s.last)) is distinct from (m.first_reading_at, m.last_reading_at)
)
select ${keyInMs} from new`;

const insertWithoutHours = insert('');
const insertWithHours = insert(
  `hours as (${addTo('reading_hour', 'hour', "date_trunc('hour', time, 'UTC')").replace(
    'from local',
    'from local where interval_s < 3600',
  )}),`,
);

const replace = `with ${item},
changed as (
  insert into energy.reading as known (meter_no, interval_s, time, value, quality)
  select meter_no, interval_s, time, value, quality from item
  on conflict ${key} do update
  set interval_s = excluded.interval_s, value = excluded.value, quality = excluded.quality, rule = null, origin = null
  where (known.interval_s, known.value, known.quality) is distinct from (excluded.interval_s, excluded.value, excluded.quality)
  returning meter_no, time
)
select ${keyInMs} from changed`;
