import type { LocalDate } from '../time/local-date.ts';
import type { Database, Grant } from './database.ts';
import { boundParameters, instantParameters } from './hours.ts';
import type { InstantTarget } from './targets.ts';

/** Time that estimates cover, in one hour of one key's meters. */
export interface EstimatedHour {
  /** Start of the hour from the target's start on, Unix ms. */
  readonly startMs: number;
  /** The local day of each meter on which it falls. */
  readonly date: LocalDate;
  readonly seconds: number;
}

/** By key, in the order of time; by the index on readings that are not good, so that what was measured costs nothing. */
export async function findEstimated(
  db: Database,
  grant: Grant,
  targets: readonly InstantTarget[],
): Promise<ReadonlyMap<number, readonly EstimatedHour[]>> {
  const { rows } = await db.query<{ key: number; start_ms: number; date: LocalDate; seconds: number }>(
    `select t.key, extract(epoch from r.hour)::float8 * 1000 as start_ms, r.date, sum(r.seconds)::float8 as seconds
     from unnest($1::int[], $2::int[], $3::timestamptz[], $4::timestamptz[]) as t(key, meter_no, from_time, to_time)
     join energy.meter m on m.meter_no = t.meter_no and ($5::text[] is null or m.building_id = any($5))
     join energy.building b on b.id = m.building_id
     cross join lateral (
       select date_bin('1 hour', time, t.from_time) as hour, (time at time zone b.time_zone)::date as date, sum(interval_s) as seconds
       from energy.reading
       where meter_no = t.meter_no and quality <> 0 and quality = 2 and time >= t.from_time and time < t.to_time
         and time >= $6::timestamptz and time < $7::timestamptz
       group by 1, 2
     ) r
     group by t.key, r.hour, r.date order by t.key, r.hour, r.date`,
    [...instantParameters(targets), ...boundParameters(grant, targets)],
  );
  return new Map(
    [...Map.groupBy(rows, ({ key }) => key)].map(([key, some]) => [
      key,
      some.map(({ start_ms, date, seconds }) => ({ startMs: start_ms, date, seconds })),
    ]),
  );
}
