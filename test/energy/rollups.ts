import { DateTime } from 'luxon';
import type { Pool } from 'pg';

/** A row of a rollup, sums rounded to what doubles hold whatever the order of adding. */
export interface Bucket {
  readonly meter: string;
  readonly at: string;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly seconds: number;
  readonly count: number;
}

export interface Rollups {
  readonly hours: readonly Bucket[];
  readonly days: readonly Bucket[];
  readonly months: readonly Bucket[];
}

/** What energy keeps of the meters, with the hours of sub-hourly readings only. */
export async function keptRollups(pool: Pool): Promise<Rollups> {
  const read = async (table: string, at: string): Promise<readonly Bucket[]> => {
    const { rows } = await pool.query<Bucket>(
      `select m.id as meter, ${at} as at, sum, min_rate as min, max_rate as max, covered_s as seconds, count
       from energy.${table} join energy.meter m using (meter_no)`,
    );
    return ordered(rows);
  };
  return {
    hours: await read('reading_hour', `to_char(hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI')`),
    days: await read('reading_day', 'day::text'),
    months: await read('reading_month', 'month::text'),
  };
}

/** The same from the readings, by luxon's zones and not by PostgreSQL's. */
export async function computedRollups(pool: Pool): Promise<Rollups> {
  const { rows } = await pool.query<{
    meter: string;
    zone: string;
    time: Date;
    seconds: number;
    value: number;
  }>(
    `select m.id as meter, b.time_zone as zone, r.time, r.interval_s as seconds, r.value
     from energy.reading r join energy.meter m using (meter_no) join energy.building b on b.id = m.building_id`,
  );
  const readings = rows.map(({ meter, zone, time, seconds, value }) => ({
    ...{ meter, seconds, value },
    rate: value * (3_600 / seconds),
    local: DateTime.fromJSDate(time, { zone }),
    utc: DateTime.fromJSDate(time, { zone: 'UTC' }),
  }));
  type Reading = (typeof readings)[number];
  const by = (of: readonly Reading[], at: (reading: Reading) => string): readonly Bucket[] =>
    ordered(
      [...Map.groupBy(of, (reading) => `${reading.meter} ${at(reading)}`).values()].map((group) => ({
        meter: group[0]?.meter ?? '',
        at: group[0] === undefined ? '' : at(group[0]),
        sum: group.reduce((sum, { value }) => sum + value, 0),
        min: Math.min(...group.map(({ rate }) => rate)),
        max: Math.max(...group.map(({ rate }) => rate)),
        seconds: group.reduce((sum, { seconds }) => sum + seconds, 0),
        count: group.length,
      })),
    );
  return {
    hours: by(
      readings.filter(({ seconds }) => seconds < 3_600),
      ({ utc }) => utc.startOf('hour').toFormat("yyyy-MM-dd'T'HH:mm"),
    ),
    days: by(readings, ({ local }) => local.toFormat('yyyy-MM-dd')),
    months: by(readings, ({ local }) => local.toFormat('yyyy-MM-01')),
  };
}

const ordered = (buckets: readonly Bucket[]): readonly Bucket[] =>
  buckets
    .map((bucket) => ({ ...bucket, sum: Number(bucket.sum.toPrecision(12)) }))
    .sort((a, b) => (a.meter === b.meter ? compare(a.at, b.at) : compare(a.meter, b.meter)));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
