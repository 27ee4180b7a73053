import type { Database } from '../../store/database.ts';
import type { Difference, Span } from './difference.ts';

export interface Checked {
  readonly checked: number;
  readonly differences: readonly Difference[];
}

/** Sums of doubles in another order differ in their last digits. */
const sameSum = (a: string, b: string): string =>
  `abs(${a} - ${b}) <= 1e-9 * greatest(1, abs(${a}), abs(${b}))`;
const same = `(k.count, k.covered_s, k.min_rate, k.max_rate) is not distinct from (c.count, c.covered_s, c.min_rate, c.max_rate) and ${sameSum('k.sum', 'c.sum')}`;
const aggregates = `count(*)::int as count, sum(r.interval_s)::int as covered_s, sum(r.value) as sum,
  min(r.value * (3600::float8 / r.interval_s)) as min_rate, max(r.value * (3600::float8 / r.interval_s)) as max_rate`;

/** Rollups of a load that are still to be made are no fault: they are due. */
const notDue = `not exists (select from energy.rollup_due due where due.meter_no = m.meter_no)`;

/** One statement each sees one moment of the database: readings and rollups of one transaction are both there, or neither. */
const statements = {
  HOUR: `
    with c as (
      select meter_no, date_trunc('hour', time, 'UTC') as at, ${aggregates} from energy.reading r
      where interval_s < 3600 and time >= to_timestamp($1::float8 / 1000) and time < to_timestamp($2::float8 / 1000) group by 1, 2
    ), k as (
      select meter_no, hour as at, count, covered_s, sum, min_rate, max_rate from energy.reading_hour
      where hour >= to_timestamp($1::float8 / 1000) and hour < to_timestamp($2::float8 / 1000)
    )
    select m.meter_no, m.id, extract(epoch from at)::float8 * 1000 as at_ms, extract(epoch from at)::float8 * 1000 + 3600000 as to_ms, ok from (
      select coalesce(k.meter_no, c.meter_no) as meter_no, coalesce(k.at, c.at) as at, (${same}) is true as ok
      from k full join c on c.meter_no = k.meter_no and c.at = k.at
    ) d join energy.meter m on m.meter_no = d.meter_no where ${notDue}`,
  DAY: `
    with c as (
      select r.meter_no, (r.time at time zone b.time_zone)::date as at, ${aggregates}
      from energy.reading r join energy.meter m on m.meter_no = r.meter_no join energy.building b on b.id = m.building_id
      where r.time >= to_timestamp($1::float8 / 1000) - interval '1 day' and r.time < to_timestamp($2::float8 / 1000) + interval '1 day' group by 1, 2
    ), k as (
      select meter_no, day as at, count, covered_s, sum, min_rate, max_rate from energy.reading_day
      where day between (to_timestamp($1::float8 / 1000) at time zone 'UTC')::date - 1 and (to_timestamp($2::float8 / 1000) at time zone 'UTC')::date + 1
    )
    select m.meter_no, m.id, extract(epoch from d.at::timestamp at time zone b.time_zone)::float8 * 1000 as at_ms,
           extract(epoch from (d.at + 1)::timestamp at time zone b.time_zone)::float8 * 1000 as to_ms, ok from (
      select coalesce(k.meter_no, c.meter_no) as meter_no, coalesce(k.at, c.at) as at, (${same}) is true as ok
      from k full join c on c.meter_no = k.meter_no and c.at = k.at
    ) d join energy.meter m on m.meter_no = d.meter_no join energy.building b on b.id = m.building_id
    where ${notDue}
      and d.at::timestamp at time zone b.time_zone >= to_timestamp($1::float8 / 1000)
      and (d.at + 1)::timestamp at time zone b.time_zone <= to_timestamp($2::float8 / 1000) + interval '1 day'
      and d.at::timestamp at time zone b.time_zone < to_timestamp($2::float8 / 1000)`,
  MONTH: `
    with c as (
      select meter_no, date_trunc('month', day::timestamp)::date as at, sum(count)::int as count, sum(covered_s)::int as covered_s, sum(sum) as sum,
             min(min_rate) as min_rate, max(max_rate) as max_rate
      from energy.reading_day
      where day >= date_trunc('month', to_timestamp($1::float8 / 1000) at time zone 'UTC')::date
        and day < (date_trunc('month', to_timestamp($2::float8 / 1000) at time zone 'UTC') + interval '1 month')::date group by 1, 2
    ), k as (
      select meter_no, month as at, count, covered_s, sum, min_rate, max_rate from energy.reading_month
      where month >= date_trunc('month', to_timestamp($1::float8 / 1000) at time zone 'UTC')::date
        and month < (date_trunc('month', to_timestamp($2::float8 / 1000) at time zone 'UTC') + interval '1 month')::date
    )
    select m.meter_no, m.id, extract(epoch from d.at::timestamp at time zone b.time_zone)::float8 * 1000 as at_ms,
           extract(epoch from (d.at + interval '1 month')::timestamp at time zone b.time_zone)::float8 * 1000 as to_ms, ok from (
      select coalesce(k.meter_no, c.meter_no) as meter_no, coalesce(k.at, c.at) as at, (${same}) is true as ok
      from k full join c on c.meter_no = k.meter_no and c.at = k.at
    ) d join energy.meter m on m.meter_no = d.meter_no join energy.building b on b.id = m.building_id where ${notDue}`,
} as const;

/** Compares what is kept by hour, day and (when asked for) month with what its readings (a month: its days) add up to now. */
export async function checkRollups(
  db: Database,
  { fromMs, toMs }: Span,
  { withMonths }: { readonly withMonths: boolean },
): Promise<Checked> {
  const found: Checked[] = [];
  for (const kind of withMonths ? (['HOUR', 'DAY', 'MONTH'] as const) : (['HOUR', 'DAY'] as const)) {
    const { rows } = await db.query<{ checked: number; wrong: readonly WrongRow[] | null }>(
      `select count(*)::int as checked,
              json_agg(json_build_object('meter_no', meter_no, 'id', id, 'at_ms', at_ms, 'to_ms', to_ms)) filter (where not ok) as wrong
       from (${statements[kind]}) checked`,
      [fromMs, toMs],
    );
    const [row] = rows;
    found.push({
      checked: row?.checked ?? 0,
      differences: (row?.wrong ?? []).map(({ meter_no, id, at_ms, to_ms }) => ({
        kind,
        meterNo: meter_no,
        meterId: id,
        atMs: at_ms,
        toMs: to_ms,
        partition: null,
      })),
    });
  }
  return {
    checked: found.reduce((sum, { checked }) => sum + checked, 0),
    differences: found.flatMap(({ differences }) => differences),
  };
}

interface WrongRow {
  readonly meter_no: number;
  readonly id: string;
  readonly at_ms: number;
  readonly to_ms: number;
}
