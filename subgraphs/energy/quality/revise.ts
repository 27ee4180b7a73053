import type { PoolClient } from 'pg';
import { mergeSpans, remakeRollups } from '../ingestion/rollups.ts';
import type { Storage } from '../storage/types.ts';

/** A reading as it is to stand in the store. */
export interface RevisedReading {
  /** Start of its interval, Unix ms. */
  readonly timeMs: number;
  readonly intervalSeconds: number;
  readonly value: number;
  /** Code of a quality. */
  readonly quality: number;
  /** Number in energy.vee_rule; null for none. */
  readonly rule: number | null;
  /** Row of energy.origin. */
  readonly origin: number | null;
}

/** Why readings that stood there before don't count any more. */
export interface Kept {
  readonly reason: string;
  readonly by: string;
  /** The edit that set them aside; null when it was none. */
  readonly edit: string | null;
}

export interface Revision {
  readonly meterNo: number;
  readonly put: readonly RevisedReading[];
  /** Starts of readings that are to go, Unix ms. */
  readonly remove: readonly number[];
  readonly kept: Kept;
}

/**
 * Changes readings of one meter and what is made of them, in the caller's transaction, which holds the meter's lock and has
 * made room. Whatever stood there before is set aside: nothing is ever lost.
 */
export async function revise(
  client: PoolClient,
  storage: Pick<Storage, 'writersKeepHours'>,
  { meterNo, put, remove, kept }: Revision,
): Promise<void> {
  const touched = [...put.map(({ timeMs }) => timeMs), ...remove];
  if (touched.length === 0) return;
  await client.query(setAside, [meterNo, touched, kept.reason, kept.by, kept.edit]);
  if (remove.length > 0) await client.query(deleteReadings, [meterNo, remove]);
  if (put.length > 0) await putReadings(client, meterNo, put, 'replace');
  await remakeMeter(client, storage, meterNo, touched);
}

/** Adds readings where there are none; what is there stays. Returns the starts of those added, Unix ms. As `revise` for the rest. */
export async function fillIn(
  client: PoolClient,
  storage: Pick<Storage, 'writersKeepHours'>,
  meterNo: number,
  readings: readonly RevisedReading[],
): Promise<readonly number[]> {
  if (readings.length === 0) return [];
  const added = await putReadings(client, meterNo, readings, 'keep');
  await remakeMeter(client, storage, meterNo, added);
  return added;
}

/** Makes the meter's rollups around these times anew, also where no reading is left, and its first and last reading. */
export async function remakeMeter(
  client: PoolClient,
  storage: Pick<Storage, 'writersKeepHours'>,
  meterNo: number,
  timesMs: readonly number[],
): Promise<void> {
  if (timesMs.length === 0) return;
  const spans = mergeSpans(timesMs.map((timeMs) => ({ meterNo, fromMs: timeMs, toMs: timeMs })));
  const bounds = [meterNo, spans.map(({ fromMs }) => fromMs), spans.map(({ toMs }) => toMs)];
  await client.query(clearMonths, bounds);
  await client.query(clearDays, bounds);
  await remakeRollups(client, storage, spans, { withHours: true });
  await client.query(findEnds, [meterNo]);
}

async function putReadings(
  client: PoolClient,
  meterNo: number,
  readings: readonly RevisedReading[],
  known: 'replace' | 'keep',
): Promise<readonly number[]> {
  const { rows } = await client.query<{ time_ms: number }>(put[known], [
    meterNo,
    readings.map(({ timeMs }) => timeMs),
    readings.map(({ intervalSeconds }) => intervalSeconds),
    readings.map(({ value }) => value),
    readings.map(({ quality }) => quality),
    readings.map(({ rule }) => rule),
    readings.map(({ origin }) => origin),
  ]);
  return rows.map(({ time_ms }) => time_ms);
}

/** By the primary key, a look for each time. */
const atTimes = `meter_no = $1 and time = any(select to_timestamp(each / 1000) from unnest($2::float8[]) as each)`;

const setAside = `
  insert into energy.reading_set_aside (meter_no, interval_s, time, value, quality, rule, origin, reason, by, edit)
  select meter_no, interval_s, time, value, quality, rule, origin, $3, $4, $5
  from energy.reading where ${atTimes} order by time`;

const deleteReadings = `delete from energy.reading where ${atTimes}`;

const putting = `
  insert into energy.reading as known (meter_no, time, interval_s, value, quality, rule, origin)
  select $1, to_timestamp(time_ms / 1000), interval_s, value, quality, rule, origin
  from unnest($2::float8[], $3::int[], $4::float8[], $5::smallint[], $6::smallint[], $7::int[])
    as r(time_ms, interval_s, value, quality, rule, origin)
  order by time_ms
  on conflict (meter_no, time) do`;
const returning = 'returning (extract(epoch from time) * 1000)::float8 as time_ms';
const put = {
  keep: `${putting} nothing ${returning}`,
  replace: `${putting} update set interval_s = excluded.interval_s, value = excluded.value, quality = excluded.quality,
    rule = excluded.rule, origin = excluded.origin ${returning}`,
} as const;

const localDays = `
  from unnest($2::float8[], $3::float8[]) as s(from_ms, to_ms)
  cross join (select b.time_zone from energy.meter m join energy.building b on b.id = m.building_id where m.meter_no = $1) z
  cross join lateral (select (to_timestamp(from_ms / 1000) at time zone z.time_zone)::date as first,
                             (to_timestamp(to_ms / 1000) at time zone z.time_zone)::date as last) d`;
const clearDays = `delete from energy.reading_day k where meter_no = $1
  and exists (select ${localDays} where k.day between d.first and d.last)`;
const clearMonths = `delete from energy.reading_month k where meter_no = $1
  and exists (select ${localDays} where k.month between date_trunc('month', d.first::timestamp)::date and d.last)`;

const findEnds = `
  update energy.meter m set first_reading_at = e.first, last_reading_at = e.last
  from (
    select (select time from energy.reading where meter_no = $1 order by time limit 1) as first,
           (select time from energy.reading where meter_no = $1 order by time desc limit 1) as last
  ) e
  where m.meter_no = $1 and (e.first, e.last) is distinct from (m.first_reading_at, m.last_reading_at)`;
