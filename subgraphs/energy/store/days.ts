import type { MonthCover } from '../time/buckets.ts';
import type { LocalDate } from '../time/local-date.ts';
import type { Database, Grant } from './database.ts';
import { type DayTarget, type Sum, type SumRow, sumOfMeters, toSum } from './targets.ts';

export interface DaySum extends Sum {
  /** First day of the span that is summed: the day, the Monday of its week, the first of its month. */
  readonly date: LocalDate;
}

/** Sums by key and local day, in the order of time; by the primary key of energy.reading_day. */
export async function sumDays(
  db: Database,
  grant: Grant,
  targets: readonly DayTarget[],
): Promise<ReadonlyMap<number, readonly DaySum[]>> {
  const { rows } = await db.query<DayRow>(
    `select t.key, d.day as date, ${sumOfMeters}
     from unnest($1::int[], $2::int[], $3::date[], $4::date[]) as t(key, meter_no, from_day, to_day)
     ${granted(5)}
     cross join lateral (
       select day, sum, min_rate, max_rate, covered_s
       from energy.reading_day where meter_no = t.meter_no and day between t.from_day and t.to_day
       offset 0 -- keeps it apart, as the grouping does below
     ) d
     group by t.key, d.day order by t.key, d.day`,
    [...dayParameters(targets), grant],
  );
  return byKey(rows);
}

/** Sums by key and ISO week, in the order of time; by the same index. */
export async function sumWeeks(
  db: Database,
  grant: Grant,
  targets: readonly DayTarget[],
): Promise<ReadonlyMap<number, readonly DaySum[]>> {
  const { rows } = await db.query<DayRow>(
    `select t.key, w.date, ${sumOfMeters}
     from unnest($1::int[], $2::int[], $3::date[], $4::date[]) as t(key, meter_no, from_day, to_day)
     ${granted(5)}
     ${daysBy('day - (extract(isodow from day)::int - 1)', 'w')}
     group by t.key, w.date order by t.key, w.date`,
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
  const { rows } = await db.query<DayRow>(
    `select key, date, ${sumOfMeters} from (${months}) months group by key, date order by key, date`,
    coverParameters(grant, targets),
  );
  return byKey(rows);
}

/** One sum a key, over the whole of its targets; a key without readings has none. By the same indexes. */
export async function sumTotals(
  db: Database,
  grant: Grant,
  targets: readonly CoverTarget[],
): Promise<ReadonlyMap<number, Sum>> {
  const { rows } = await db.query<SumRow>(
    `with per_meter as (
       select key, meter_no, sum(sum) as sum, min(min_rate) as min_rate, max(max_rate) as max_rate, sum(covered_s) as covered_s
       from (${months}) months group by key, meter_no
     )
     select key, ${sumOfMeters} from per_meter group by key`,
    coverParameters(grant, targets),
  );
  return new Map(rows.map((row) => [row.key, toSum(row)]));
}

type DayRow = SumRow & { readonly date: LocalDate };

const granted = (parameter: number): string =>
  `join energy.meter m on m.meter_no = t.meter_no and ($${parameter}::text[] is null or m.building_id = any($${parameter}))`;

/** Joins target `t`'s days in spans, each meter on its own, so that its days are found by its key however many there are. */
const daysBy = (date: string, name: string): string => `
  cross join lateral (
    select ${date} as date, sum(sum) as sum, min(min_rate) as min_rate, max(max_rate) as max_rate, sum(covered_s) as covered_s
    from energy.reading_day where meter_no = t.meter_no and day between t.from_day and t.to_day group by 1
  ) ${name}`;

/** A meter's months, or what the targets want of them: from whole months, and from the days around these. */
const months = `
  select t.key, t.meter_no, r.month as date, r.sum, r.min_rate, r.max_rate, r.covered_s
  from unnest($1::int[], $2::int[], $3::date[], $4::date[]) as t(key, meter_no, first_month, last_month)
  ${granted(9)}
  join energy.reading_month r on r.meter_no = t.meter_no and r.month between t.first_month and t.last_month
  union all
  select t.key, t.meter_no, part.date, part.sum, part.min_rate, part.max_rate, part.covered_s
  from unnest($5::int[], $6::int[], $7::date[], $8::date[]) as t(key, meter_no, from_day, to_day)
  ${granted(9)}
  ${daysBy("date_trunc('month', day::timestamp)::date", 'part')}`;

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
