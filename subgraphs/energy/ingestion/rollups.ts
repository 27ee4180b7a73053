import type { PoolClient } from 'pg';
import type { Storage } from '../storage/types.ts';

/** Readings of a meter between two instants, both included (Unix ms). */
export interface MeterSpan {
  readonly meterNo: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Holds the meters' rollups for this transaction, in the order of their numbers, so that nobody waits in a circle. */
export async function lockMeters(
  client: PoolClient,
  meterNos: readonly number[],
): Promise<ReadonlyMap<number, { readonly intervalSeconds: number }>> {
  const { rows } = await client.query<{ meter_no: number; interval_s: number }>(
    'select meter_no, interval_s from energy.meter where meter_no = any($1::int[]) order by meter_no for no key update',
    [meterNos],
  );
  return new Map(rows.map((row) => [row.meter_no, { intervalSeconds: row.interval_s }]));
}

const dayMs = 86_400_000;

/** The same time in spans of which no two touch one local day, whatever the zone: each of their days is made once. */
export function mergeSpans<T extends MeterSpan>(spans: readonly T[]): readonly MeterSpan[] {
  const merged: { meterNo: number; fromMs: number; toMs: number }[] = [];
  for (const span of spans.toSorted((a, b) => a.meterNo - b.meterNo || a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last?.meterNo === span.meterNo && span.fromMs - last.toMs < 3 * dayMs) {
      last.toMs = Math.max(last.toMs, span.toMs);
    } else {
      merged.push({ meterNo: span.meterNo, fromMs: span.fromMs, toMs: span.toMs });
    }
  }
  return merged;
}

/**
 * Makes the days and months that the spans touch anew from the readings, and the hours when `withHours` and the writers
 * keep them. The caller holds the meters' locks; the spans come from `mergeSpans`. `anyGone`: readings were taken away, and
 * a day or a month may be left without any.
 */
export async function remakeRollups(
  client: PoolClient,
  storage: Pick<Storage, 'writersKeepHours'>,
  spans: readonly MeterSpan[],
  { withHours, anyGone = false }: { readonly withHours: boolean; readonly anyGone?: boolean },
): Promise<void> {
  if (spans.length === 0) return;
  const parameters = [
    spans.map(({ meterNo }) => meterNo),
    spans.map(({ fromMs }) => fromMs),
    spans.map(({ toMs }) => toMs),
  ];
  const firstMs = spans.reduce((first, { fromMs }) => Math.min(first, fromMs), Infinity);
  const lastMs = spans.reduce((last, { toMs }) => Math.max(last, toMs), -Infinity);
  // Constants beside each span's own bounds: they let the planner leave out partitions. No zone is two days away.
  const bounds = [...parameters, new Date(firstMs - 2 * dayMs), new Date(lastMs + 2 * dayMs)];
  if (withHours && storage.writersKeepHours) {
    await client.query(deleteHours, parameters);
    await client.query(insertHours, bounds);
  }
  if (anyGone) await client.query(deleteDays, parameters);
  await client.query(makeDays, bounds);
  if (anyGone) await client.query(deleteMonths, parameters);
  await client.query(makeMonths, parameters);
}

/** Forgets the meters' days and months. Readings never go away, but in another zone a day may have none. */
export async function clearDays(client: PoolClient, meterNos: readonly number[]): Promise<void> {
  for (const table of ['reading_day', 'reading_month'])
    await client.query(`delete from energy.${table} where meter_no = any($1::int[])`, [meterNos]);
}

const columns = 'sum, min_rate, max_rate, covered_s, count';
const aggregates = `sum(value), min(value * (3600::float8 / interval_s)), max(value * (3600::float8 / interval_s)), sum(interval_s), count(*)`;

const replace = `do update set (${columns}) =
  (excluded.sum, excluded.min_rate, excluded.max_rate, excluded.covered_s, excluded.count)`;

/** The spans as local days of each meter's building. */
const span = `span as (
  select s.meter_no, b.time_zone as zone,
         (to_timestamp(s.from_ms / 1000) at time zone b.time_zone)::date as first_day,
         (to_timestamp(s.to_ms / 1000) at time zone b.time_zone)::date as last_day
  from unnest($1::int[], $2::float8[], $3::float8[]) as s(meter_no, from_ms, to_ms)
  join energy.meter m on m.meter_no = s.meter_no
  join energy.building b on b.id = m.building_id
)`;

/** A day's readings are those whose local date it is; the bounds, an index's words for that, leave room for changing clocks. */
const makeDays = `with ${span}
  insert into energy.reading_day (meter_no, day, ${columns})
  select s.meter_no, d.* from span s cross join lateral (
    select (r.time at time zone s.zone)::date as day, ${aggregates}
    from energy.reading r
    where r.meter_no = s.meter_no
      and r.time >= s.first_day::timestamp at time zone s.zone - interval '2 hours'
      and r.time < (s.last_day + 1)::timestamp at time zone s.zone + interval '2 hours'
      and r.time >= $4::timestamptz and r.time < $5::timestamptz
    group by 1
  ) d
  where d.day between s.first_day and s.last_day
  on conflict (meter_no, day) ${replace}`;

/** Spans of one meter may lie in one month. */
const month = `month as (
  select distinct s.meter_no, date_trunc('month', first.day)::date + make_interval(months => step) as first_day
  from span s
  cross join lateral (select s.first_day::timestamp as day) first
  cross join lateral generate_series(0,
    (extract(year from s.last_day) * 12 + extract(month from s.last_day)
     - extract(year from s.first_day) * 12 - extract(month from s.first_day))::int) as step
)`;

const makeMonths = `with ${span}, ${month}
  insert into energy.reading_month (meter_no, month, ${columns})
  select m.meter_no, m.first_day, d.* from month m cross join lateral (
    select sum(d.sum), min(d.min_rate), max(d.max_rate), sum(d.covered_s), sum(d.count)
    from energy.reading_day d
    where d.meter_no = m.meter_no and d.day >= m.first_day and d.day < m.first_day + interval '1 month'
    having count(*) > 0
  ) d
  on conflict (meter_no, month) ${replace}`;

const deleteDays = `with ${span}
  delete from energy.reading_day d using span s
  where d.meter_no = s.meter_no and d.day between s.first_day and s.last_day`;

const deleteMonths = `with ${span}, ${month}
  delete from energy.reading_month r using month m where r.meter_no = m.meter_no and r.month = m.first_day`;

const hourSpan = `span as (
  select meter_no, date_trunc('hour', to_timestamp(from_ms / 1000), 'UTC') as first_hour,
         date_trunc('hour', to_timestamp(to_ms / 1000), 'UTC') as last_hour
  from unnest($1::int[], $2::float8[], $3::float8[]) as s(meter_no, from_ms, to_ms)
)`;

/** An hour may be left without readings that cover less than it. `offset 0` keeps the look into the index for each span. */
const deleteHours = `with ${hourSpan}
  delete from energy.reading_hour where ctid = any (array(
    select h.ctid from span s cross join lateral (
      select ctid from energy.reading_hour h
      where h.meter_no = s.meter_no and h.hour between s.first_hour and s.last_hour offset 0
    ) h))`;

const insertHours = `with ${hourSpan}
  insert into energy.reading_hour (meter_no, hour, ${columns})
  select s.meter_no, h.* from span s cross join lateral (
    select date_trunc('hour', r.time, 'UTC'), ${aggregates}
    from energy.reading r
    where r.meter_no = s.meter_no and r.interval_s < 3600
      and r.time >= s.first_hour and r.time < s.last_hour + interval '1 hour'
      and r.time >= $4::timestamptz and r.time < $5::timestamptz
    group by 1
  ) h`;
