import type { Database, Grant } from './database.ts';
import { boundParameters, grantedHours, type HourSource, instantParameters } from './hours.ts';
import type { LoadTarget } from './targets.ts';

/** One of the 168 hours of the week. Rates in unit per hour. */
export interface WeekHour {
  /** 1 (Monday) to 7. */
  readonly dayOfWeek: number;
  readonly hour: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly sampleCount: number;
}

/** The hours of the week that have readings, by key; by the primary keys of energy.reading and energy.reading_hour. */
export async function profileWeeks(
  db: Database,
  grant: Grant,
  targets: readonly LoadTarget[],
  source: HourSource,
): Promise<ReadonlyMap<number, readonly WeekHour[]>> {
  const { rows } = await db.query<WeekHourRow>(
    `with ${loadOf(source)}
     select key, extract(isodow from hour at time zone zone)::int as day_of_week,
            extract(hour from hour at time zone zone)::int as hour_of_day,
            avg(rate) as mean, min(rate) as min, max(rate) as max, count(*)::int as sample_count
     from load where meters = meter_count group by 1, 2, 3`,
    loadParameters(grant, targets),
  );
  const weeks = new Map<number, WeekHour[]>();
  for (const { key, day_of_week, hour_of_day, mean, min, max, sample_count } of rows) {
    const week = weeks.get(key) ?? [];
    week.push({ dayOfWeek: day_of_week, hour: hour_of_day, mean, min, max, sampleCount: sample_count });
    weeks.set(key, week);
  }
  return weeks;
}

/** Share of a day's time that readings must cover for the day's lowest hour to mean anything. */
const wholeDayCoverage = 0.95;

export interface DailyLows {
  /** Mean of the days' lowest hours, in unit per hour. */
  readonly low: number;
  /** Mean load of the same days' hours. */
  readonly mean: number;
  readonly dayCount: number;
}

/** Over the local days that readings cover; a key without such a day has none. Same indexes. */
export async function averageDailyLows(
  db: Database,
  grant: Grant,
  targets: readonly LoadTarget[],
  source: HourSource,
): Promise<ReadonlyMap<number, DailyLows>> {
  const { rows } = await db.query<{
    readonly key: number;
    readonly low: number;
    readonly mean: number;
    readonly days: number;
  }>(
    `with ${loadOf(source)},
     day as (
       select key, zone, (hour at time zone zone)::date as day, min(rate) as low, sum(rate) as total, count(*) as hours, sum(covered_s) as covered_s
       from load where meters = meter_count group by 1, 2, 3
     )
     select key, avg(low) as low, sum(total) / sum(hours)::float8 as mean, count(*)::int as days
     from day
     where covered_s >= ${wholeDayCoverage} * extract(epoch from (day + 1)::timestamp at time zone zone - day::timestamp at time zone zone)
     group by key`,
    loadParameters(grant, targets),
  );
  return new Map(rows.map(({ key, low, mean, days }) => [key, { low, mean, dayCount: days }]));
}

export interface PeakHour {
  /** In unit per hour. */
  readonly rate: number;
  readonly time: Date;
  /** Mean load of all hours measured. */
  readonly mean: number;
}

/** The highest hour of each key that has readings, of equal ones the first. Same indexes. */
export async function findPeaks(
  db: Database,
  grant: Grant,
  targets: readonly LoadTarget[],
  source: HourSource,
): Promise<ReadonlyMap<number, PeakHour>> {
  const { rows } = await db.query<{
    readonly key: number;
    readonly rate: number;
    readonly time: Date;
    readonly mean: number;
  }>(
    `with ${loadOf(source)}
     select distinct on (key) key, rate, hour as time, avg(rate) over (partition by key) as mean
     from load order by key, rate desc, hour`,
    loadParameters(grant, targets),
  );
  return new Map(rows.map(({ key, rate, time, mean }) => [key, { rate, time, mean }]));
}

/**
 * `load(key, zone, meter_count, hour, rate, covered_s, meters)`: a key's hours. Its rate is the sum of its meters' mean
 * rates; `covered_s` is the mean over the meters; `meters` counts those that measured the hour.
 */
const loadOf = (source: HourSource): string => `
  load as (
    select t.key, t.zone, t.meter_count, h.hour, sum(h.sum * (3600::float8 / h.covered_s)) as rate,
           avg(h.covered_s) as covered_s, count(*) as meters
    from unnest($1::int[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::int[])
         as t(key, meter_no, from_time, to_time, zone, meter_count)
    ${grantedHours(source, 7)}
    group by t.key, t.zone, t.meter_count, h.hour
  )`;

const loadParameters = (grant: Grant, targets: readonly LoadTarget[]): unknown[] => [
  ...instantParameters(targets),
  targets.map(({ zone }) => zone),
  targets.map(({ meterCount }) => meterCount),
  ...boundParameters(grant, targets),
];

interface WeekHourRow {
  readonly key: number;
  readonly day_of_week: number;
  readonly hour_of_day: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly sample_count: number;
}
