import type { Database, Grant } from '../../store/database.ts';
import type { DayTarget } from '../../store/targets.ts';
import type { LocalDate } from '../../time/local-date.ts';

/** What is known of how a span's data came in; figures add up over meters and days. */
export interface QualityCounts {
  /** Seconds that could have been measured, up to the end of the newest data. */
  readonly expectedSeconds: number;
  /** Seconds that measured readings cover: what was estimated is not. */
  readonly coveredSeconds: number;
  readonly readings: number;
  readonly good: number;
  readonly estimated: number;
  /** Readings that came by the stream; those of them in time; and those that only said again what was known. */
  readonly live: number;
  readonly inTime: number;
  readonly repeated: number;
}

export interface QualityDay extends QualityCounts {
  /** Null: the whole of the target. */
  readonly date: LocalDate | null;
}

/**
 * By key, and by local day when asked for. Coverage and counts come from energy.reading_day, what is not good from its own
 * index, and how readings came in from energy.quality_day: no reading that is good is looked at.
 * @param dataEndMs end of the newest data; time behind it is not expected.
 */
export async function readQuality(
  db: Database,
  grant: Grant,
  targets: readonly DayTarget[],
  { dataEndMs, byDay }: { readonly dataEndMs: number; readonly byDay: boolean },
): Promise<ReadonlyMap<number, readonly QualityDay[]>> {
  const { rows } = await db.query<QualityRow>(byDay ? sumsByDay : sumsByKey, [
    targets.map(({ key }) => key),
    targets.map(({ meterNo }) => meterNo),
    targets.map(({ from }) => from),
    targets.map(({ to }) => to),
    grant,
    dataEndMs,
  ]);
  return new Map(
    [...Map.groupBy(rows, ({ key }) => key)].map(([key, some]) => [key, some.map(toQualityDay)]),
  );
}

/** The days of each target, from the meter's first reading to the end of the newest data. */
const spans = `
  from unnest($1::int[], $2::int[], $3::date[], $4::date[]) as t(key, meter_no, from_day, to_day)
  join energy.meter m on m.meter_no = t.meter_no and ($5::text[] is null or m.building_id = any($5)) and m.first_reading_at is not null
  join energy.building b on b.id = m.building_id
  cross join lateral (
    select to_timestamp(floor($6::float8 / 1000 / m.interval_s) * m.interval_s) as end_time
  ) e
  cross join lateral (
    select greatest(t.from_day, (m.first_reading_at at time zone b.time_zone)::date) as first,
           least(t.to_day, ((e.end_time - interval '1 microsecond') at time zone b.time_zone)::date) as last
  ) s`;

const notGood = (by: string, names: string): string => `
with not_good as (
  select t.key, t.meter_no${names}, count(*) as count, count(*) filter (where r.quality = 2) as estimated,
         coalesce(sum(r.interval_s) filter (where r.quality = 2), 0) as estimated_s
  from unnest($1::int[], $2::int[], $3::date[], $4::date[]) as t(key, meter_no, from_day, to_day)
  join energy.meter m on m.meter_no = t.meter_no
  join energy.building b on b.id = m.building_id
  join energy.reading r on r.meter_no = t.meter_no and r.quality <> 0
    and r.time >= t.from_day::timestamp at time zone b.time_zone and r.time < (t.to_day + 1)::timestamp at time zone b.time_zone
  group by ${by}
)`;

const figures = (first: string, last: string): string => `
  sum(greatest(0, extract(epoch from least((${last} + 1)::timestamp at time zone b.time_zone, e.end_time)
                                     - ${first}::timestamp at time zone b.time_zone)))::float8 as expected_s,
  sum(coalesce(k.covered_s, 0) - coalesce(g.estimated_s, 0))::float8 as covered_s,
  sum(coalesce(k.count, 0))::float8 as readings,
  sum(coalesce(k.count, 0) - coalesce(g.count, 0))::float8 as good,
  sum(coalesce(g.estimated, 0))::float8 as estimated,
  sum(coalesce(q.live, 0))::float8 as live, sum(coalesce(q.in_time, 0))::float8 as in_time, sum(coalesce(q.repeated, 0))::float8 as repeated`;

const sumsByDay = `${notGood('1, 2, 3', ', (r.time at time zone b.time_zone)::date as day')}
select t.key, d.day as date, ${figures('d.day', 'd.day')}
${spans}
cross join lateral generate_series(0, s.last - s.first) as n
cross join lateral (select s.first + n as day) d
left join energy.reading_day k on k.meter_no = t.meter_no and k.day = d.day
left join energy.quality_day q on q.meter_no = t.meter_no and q.day = d.day
left join not_good g on g.key = t.key and g.meter_no = t.meter_no and g.day = d.day
group by 1, 2 order by 1, 2`;

/** No row a day: thousands of meters are summed up for one answer. */
const sumsByKey = `${notGood('1, 2', '')}
select t.key, null::date as date, ${figures('s.first', 's.last')}
${spans}
left join lateral (
  select sum(covered_s) as covered_s, sum(count) as count from energy.reading_day
  where meter_no = t.meter_no and day between s.first and s.last
) k on true
left join lateral (
  select sum(live) as live, sum(in_time) as in_time, sum(repeated) as repeated from energy.quality_day
  where meter_no = t.meter_no and day between s.first and s.last
) q on true
left join not_good g on g.key = t.key and g.meter_no = t.meter_no
where s.first <= s.last
group by 1, 2 order by 1, 2`;

interface QualityRow {
  readonly key: number;
  readonly date: LocalDate | null;
  readonly expected_s: number;
  readonly covered_s: number;
  readonly readings: number;
  readonly good: number;
  readonly estimated: number;
  readonly live: number;
  readonly in_time: number;
  readonly repeated: number;
}

const toQualityDay = (row: QualityRow): QualityDay => ({
  date: row.date,
  expectedSeconds: row.expected_s,
  coveredSeconds: row.covered_s,
  readings: row.readings,
  good: row.good,
  estimated: row.estimated,
  live: row.live,
  inTime: row.in_time,
  repeated: row.repeated,
});

/**
 * Counts anew how the readings of the newest days came in, of all meters: those of the stream, by when their event came.
 * What has not changed is not written. By the primary keys; some hundred thousand readings for thousands of meters.
 */
export async function countReceipts(
  db: Database,
  { fromMs, toMs, inTimeS }: { readonly fromMs: number; readonly toMs: number; readonly inTimeS: number },
): Promise<void> {
  await db.query(
    `insert into energy.quality_day as known (meter_no, day, live, in_time, repeated)
     select m.meter_no, d.day, coalesce(l.live, 0), coalesce(l.in_time, 0), coalesce(a.repeated, 0)
     from energy.meter m
     join energy.building b on b.id = m.building_id
     cross join lateral (
       select day::date as day from generate_series(
         (to_timestamp($1::float8 / 1000) at time zone b.time_zone)::date::timestamp,
         (to_timestamp($2::float8 / 1000) at time zone b.time_zone)::date::timestamp, interval '1 day') as day
     ) d
     left join (
       select r.meter_no, (r.time at time zone b.time_zone)::date as day, count(*) as live,
              count(*) filter (where o.received_at <= r.time + make_interval(secs => r.interval_s + $3::int)) as in_time
       from energy.reading r
       join energy.meter m on m.meter_no = r.meter_no join energy.building b on b.id = m.building_id
       join energy.origin o on o.id = r.origin and o.kind = 'stream'
       where r.time >= to_timestamp($1::float8 / 1000) - interval '2 days' and r.time < to_timestamp($2::float8 / 1000) + interval '2 days'
       group by 1, 2
     ) l on l.meter_no = m.meter_no and l.day = d.day
     left join (
       select s.meter_no, (s.time at time zone b.time_zone)::date as day, count(*) as repeated
       from energy.reading_set_aside s
       join energy.vee_rule v on v.no = s.rule and v.name = 'duplicate'
       join energy.meter m on m.meter_no = s.meter_no join energy.building b on b.id = m.building_id
       where s.time >= to_timestamp($1::float8 / 1000) - interval '2 days' and s.time < to_timestamp($2::float8 / 1000) + interval '2 days'
       group by 1, 2
     ) a on a.meter_no = m.meter_no and a.day = d.day
     where l.live > 0 or a.repeated > 0
     on conflict (meter_no, day) do update set live = excluded.live, in_time = excluded.in_time, repeated = excluded.repeated
     where (known.live, known.in_time, known.repeated) is distinct from (excluded.live, excluded.in_time, excluded.repeated)`,
    [fromMs, toMs, inTimeS],
  );
}
