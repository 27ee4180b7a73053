import type { MonthCover } from '../time/buckets.ts';
import type { LocalDate } from '../time/local-date.ts';
import type { Database, Grant } from './database.ts';
import { type DayTarget, type Sum, type SumRow, sumOfMeters, toSum } from './targets.ts';

export interface DaySum extends Sum {
  /** First day of the span that is summed: the day, the Monday of its week, the first of its month. */
  readonly date: LocalDate;
}

/** Sums by key and local day or ISO week, in the order of time; by the primary key of energy.reading_day. */
export async function sumDays(
  db: Database,
  grant: Grant,
  targets: readonly DayTarget[],
  unit: 'day' | 'week',
): Promise<ReadonlyMap<number, readonly DaySum[]>> {
  const { rows } = await db.query<SumRow & { readonly date: LocalDate }>(
    `with per_meter as (
       select t.key, date_trunc('${unit}', d.day::timestamp)::date as date, sum(d.sum) as sum,
              min(d.min_rate) as min_rate, max(d.max_rate) as max_rate, sum(d.covered_s) as covered_s
       from unnest($1::int[], $2::int[], $3::date[], $4::date[]) as t(key, meter_no, from_day, to_day)
       join energy.meter m on m.meter_no = t.meter_no and ($5::text[] is null or m.building_id = any($5))
       join energy.reading_day d on d.meter_no = t.meter_no and d.day between t.from_day and t.to_day
       group by t.key, t.meter_no, 2
     )
     select key, date::text, ${sumOfMeters} from per_meter group by key, date order by key, date`,
    [...dayParameters(targets), grant],
  );
  return byKey(rows);
}

/** One meter's span, covered by whole months and the days around them. */
export interface CoverTarget extends MonthCover {
  readonly key: number;
  readonly meterNo: number;
}

/** Sums by key and calendar month, in the order of time; by the primary keys of energy.reading_month and energy.reading_day. */
export async function sumMonths(
  db: Database,
  grant: Grant,
  targets: readonly CoverTarget[],
): Promise<ReadonlyMap<number, readonly DaySum[]>> {
  const { rows } = await db.query<SumRow & { readonly date: LocalDate }>(
    `with per_meter as (
       select key, meter_no, date, sum(sum) as sum, min(min_rate) as min_rate, max(max_rate) as max_rate, sum(covered_s) as covered_s
       from (${covered}) pieces group by key, meter_no, date
     )
     select key, date::text, ${sumOfMeters} from per_meter group by key, date order by key, date`,
    coverParameters(grant, targets),
  );
  return byKey(rows);
}

/** One sum a key, over the whole of its targets; a key without readings has none. Same indexes. */
export async function sumTotals(
  db: Database,
  grant: Grant,
  targets: readonly CoverTarget[],
): Promise<ReadonlyMap<number, Sum>> {
  const { rows } = await db.query<SumRow>(
    `with per_meter as (
       select key, meter_no, sum(sum) as sum, min(min_rate) as min_rate, max(max_rate) as max_rate, sum(covered_s) as covered_s
       from (${covered}) pieces group by key, meter_no
     )
     select key, ${sumOfMeters} from per_meter group by key`,
    coverParameters(grant, targets),
  );
  return new Map(rows.map((row) => [row.key, toSum(row)]));
}

/** The rows of both tables that cover the targets; `date` is the month's first day. */
const covered = `
  select t.key, t.meter_no, r.month as date, r.sum, r.min_rate, r.max_rate, r.covered_s
  from unnest($1::int[], $2::int[], $3::date[], $4::date[]) as t(key, meter_no, first_month, last_month)
  join energy.meter m on m.meter_no = t.meter_no and ($9::text[] is null or m.building_id = any($9))
  join energy.reading_month r on r.meter_no = t.meter_no and r.month between t.first_month and t.last_month
  union all
  select t.key, t.meter_no, date_trunc('month', d.day::timestamp)::date, d.sum, d.min_rate, d.max_rate, d.covered_s
  from unnest($5::int[], $6::int[], $7::date[], $8::date[]) as t(key, meter_no, from_day, to_day)
  join energy.meter m on m.meter_no = t.meter_no and ($9::text[] is null or m.building_id = any($9))
  join energy.reading_day d on d.meter_no = t.meter_no and d.day between t.from_day and t.to_day`;

function coverParameters(grant: Grant, targets: readonly CoverTarget[]): unknown[] {
  const months = targets.flatMap(({ key, meterNo, months }) =>
    months === null ? [] : [{ key, meterNo, from: months.first, to: months.last }],
  );
  const days = targets.flatMap(({ key, meterNo, days }) => days.map((range) => ({ key, meterNo, ...range })));
  return [...dayParameters(months), ...dayParameters(days), grant];
}

/** Keys, meters, first and last days. */
const dayParameters = (targets: readonly DayTarget[]): readonly unknown[] => [
  targets.map(({ key }) => key),
  targets.map(({ meterNo }) => meterNo),
  targets.map(({ from }) => from),
  targets.map(({ to }) => to),
];

function byKey(
  rows: readonly (SumRow & { readonly date: LocalDate })[],
): ReadonlyMap<number, readonly DaySum[]> {
  const sums = new Map<number, DaySum[]>();
  for (const row of rows) {
    const days = sums.get(row.key) ?? [];
    days.push({ ...toSum(row), date: row.date });
    sums.set(row.key, days);
  }
  return sums;
}
