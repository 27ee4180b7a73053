import type { Database, Grant } from './database.ts';
import { type InstantTarget, instants, type Sum, type SumRow, sumOfMeters, toSum } from './targets.ts';

export interface HourSum extends Sum {
  /** Unix ms. */
  readonly startMs: number;
}

/**
 * Where hours are read from. In most zones local hours are UTC hours, which are kept. Where they begin at another
 * minute (India, Nepal) they are made of raw readings, from each target's own start on.
 */
export type HourSource = 'kept' | 'raw';

/** Sums by key and hour, hours in the order of time; by the primary keys of energy.reading and energy.reading_hour. */
export async function sumHours(
  db: Database,
  grant: Grant,
  targets: readonly InstantTarget[],
  source: HourSource,
): Promise<ReadonlyMap<number, readonly HourSum[]>> {
  const { rows } = await db.query<SumRow & { readonly start_ms: number }>(
    `select t.key, extract(epoch from h.hour)::float8 * 1000 as start_ms, ${sumOfMeters}
     from unnest($1::int[], $2::int[], $3::timestamptz[], $4::timestamptz[]) as t(key, meter_no, from_time, to_time)
     ${grantedHours(source, 5)}
     group by t.key, h.hour order by t.key, h.hour`,
    [...instantParameters(targets), ...boundParameters(grant, targets)],
  );
  const sums = new Map<number, HourSum[]>();
  for (const row of rows) {
    const hours = sums.get(row.key) ?? [];
    hours.push({ ...toSum(row), startMs: row.start_ms });
    sums.set(row.key, hours);
  }
  return sums;
}

/**
 * Joins the hours `h(hour, sum, min_rate, max_rate, covered_s)` of target `t`'s meter within its span, if it may be seen.
 * Each meter is aggregated on its own, so that its rows are found by its key however many meters are asked for.
 * The span of all targets stands beside each one's own, as constants, so that the planner leaves out partitions.
 * @param first number of the first of the three parameters of `boundParameters`
 */
export function grantedHours(source: HourSource, first: number): string {
  const within = (time: string) =>
    `${time} >= t.from_time and ${time} < t.to_time and ${time} >= $${first + 1}::timestamptz and ${time} < $${first + 2}::timestamptz`;
  return `
    join energy.meter m on m.meter_no = t.meter_no and ($${first}::text[] is null or m.building_id = any($${first}))
    cross join lateral (${hoursOf[source](within)} group by 1) h`;
}

const hoursOf = {
  kept: (within) => `
    select hour, sum(sum) as sum, min(min_rate) as min_rate, max(max_rate) as max_rate, sum(covered_s) as covered_s
    from energy.hourly where meter_no = t.meter_no and ${within('hour')}`,
  raw: (within) => `
    select date_bin('1 hour', time, t.from_time) as hour, sum(value) as sum, min(value * (3600::float8 / interval_s)) as min_rate,
           max(value * (3600::float8 / interval_s)) as max_rate, sum(interval_s) as covered_s
    from energy.reading where meter_no = t.meter_no and ${within('time')}`,
} as const satisfies Record<HourSource, (within: (time: string) => string) => string>;

/** Keys, meters, starts and ends: the first four parameters of a statement about hours. */
export const instantParameters = (targets: readonly InstantTarget[]): readonly unknown[] => [
  targets.map(({ key }) => key),
  targets.map(({ meterNo }) => meterNo),
  instants(targets.map(({ fromMs }) => fromMs)),
  instants(targets.map(({ toMs }) => toMs)),
];

/** The grant, and the span of all targets. */
export function boundParameters(grant: Grant, targets: readonly InstantTarget[]): readonly unknown[] {
  let [fromMs, toMs] = [Infinity, -Infinity];
  for (const target of targets) {
    fromMs = Math.min(fromMs, target.fromMs);
    toMs = Math.max(toMs, target.toMs);
  }
  return [grant, ...instants([fromMs, toMs])];
}
