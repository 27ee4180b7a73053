import type { Pool } from 'pg';
import { qualities } from '../../domain.ts';
import type { Database } from '../../store/database.ts';
import type { LocalDate } from '../../time/local-date.ts';
import type { RevisedMeter } from '../meters.ts';
import type { EstimationSettings } from './estimate-gap.ts';

/** A meter with days that its readings don't cover. */
export interface IncompleteMeter extends RevisedMeter {
  readonly firstDay: LocalDate;
  readonly lastDay: LocalDate;
  /** Start of its newest reading, Unix ms. */
  readonly newestMs: number;
}

export interface IncompleteQuestion {
  /** Null for all. */
  readonly meterIds: readonly string[] | null;
  /** Null for all. */
  readonly buildings: readonly string[] | null;
  /** Local days, both included; null: the newest `recentDays` of each meter. */
  readonly range: { readonly from: LocalDate; readonly to: LocalDate } | null;
  readonly recentDays: number;
}

/**
 * Meters with days, between their first reading and their newest, whose readings cover less than the day is long; from
 * energy.reading_day, so that whole days cost nothing. A day on which clocks change is as long as it is, and the first and
 * the last begin and end with the readings.
 */
export async function findIncomplete(
  db: Database,
  question: IncompleteQuestion,
): Promise<readonly IncompleteMeter[]> {
  const { rows } = await db.query<{
    meter_no: number;
    id: string;
    building_id: string;
    type: RevisedMeter['type'];
    time_zone: string;
    interval_s: number;
    newest_ms: number;
    first_day: string;
    last_day: string;
  }>(
    `select m.meter_no, m.id, m.building_id, m.type, b.time_zone, m.interval_s,
            (extract(epoch from m.last_reading_at) * 1000)::float8 as newest_ms, min(d.day)::text as first_day, max(d.day)::text as last_day
     from energy.meter m
     join energy.building b on b.id = m.building_id
     cross join lateral (
       select (m.first_reading_at at time zone b.time_zone)::date as first, (m.last_reading_at at time zone b.time_zone)::date as last
     ) life
     cross join lateral (
       select day::date as day
       from generate_series(greatest(life.first, coalesce($3::date, life.last - $5::int))::timestamp,
                            least(life.last, coalesce($4::date, life.last))::timestamp, interval '1 day') as day
     ) d
     left join energy.reading_day k on k.meter_no = m.meter_no and k.day = d.day
     where m.first_reading_at is not null
       and ($1::text[] is null or m.id = any($1)) and ($2::text[] is null or m.building_id = any($2))
       and coalesce(k.covered_s, 0) < extract(epoch from
         least((d.day + 1)::timestamp at time zone b.time_zone, m.last_reading_at + make_interval(secs => m.interval_s))
         - greatest(d.day::timestamp at time zone b.time_zone, m.first_reading_at))
     group by m.meter_no, b.time_zone
     order by m.meter_no`,
    [
      question.meterIds,
      question.buildings,
      question.range?.from ?? null,
      question.range?.to ?? null,
      question.recentDays,
    ],
  );
  return rows.map((row) => ({
    meterNo: row.meter_no,
    id: row.id,
    buildingId: row.building_id,
    type: row.type,
    timeZone: row.time_zone,
    intervalSeconds: row.interval_s,
    newestMs: row.newest_ms,
    firstDay: row.first_day,
    lastDay: row.last_day,
  }));
}

export interface KnownReading {
  readonly timeMs: number;
  readonly intervalMs: number;
  readonly value: number;
  readonly good: boolean;
}

const goodCode = qualities.indexOf('GOOD');

/** A meter's readings between two instants, in the order of time; by the primary key. */
export async function readKnown(
  pool: Pool,
  meterNo: number,
  fromMs: number,
  toMs: number,
): Promise<readonly KnownReading[]> {
  const { rows } = await pool.query<[number, number, number, number]>({
    text: `select (extract(epoch from time) * 1000)::float8, interval_s, value, quality
      from energy.reading
      where meter_no = $1 and time >= to_timestamp($2::float8 / 1000) and time < to_timestamp($3::float8 / 1000) order by time`,
    rowMode: 'array',
    values: [meterNo, fromMs, toMs],
  });
  return rows.map(([timeMs, intervalS, value, quality]) => ({
    timeMs,
    intervalMs: intervalS * 1_000,
    value,
    good: quality === goodCode,
  }));
}

/** By meter type; those of `null` are for every type that has none of its own. */
export async function readSettings(db: Database): Promise<(type: string) => EstimationSettings> {
  const { rows } = await db.query<{
    meter_type: string | null;
    interpolate_up_to_s: number;
    like_days_wanted: number;
    like_days_needed: number;
    like_days_weeks: number;
  }>('select * from energy.estimation_setting');
  const byType = new Map(
    rows.map((row) => [
      row.meter_type,
      {
        interpolateUpToMs: row.interpolate_up_to_s * 1_000,
        wanted: row.like_days_wanted,
        needed: row.like_days_needed,
        weeks: row.like_days_weeks,
      },
    ]),
  );
  return (type) => {
    const settings = byType.get(type) ?? byType.get(null);
    if (settings === undefined) throw new Error('energy.estimation_setting has no row for all types.');
    return settings;
  };
}
