import type { PoolClient } from 'pg';
import type { Storage } from '../../storage/types.ts';
import type { ReadingColumns } from '../columns.ts';
import { dayLabel, localDaysOf, monthOfDay } from '../local-days.ts';
import type { LockedMeter } from './locked-meters.ts';

const hourMs = 3_600_000;

/**
 * Adds new readings to their days, months and (where writers keep them) hours, and moves their meters' first and last
 * reading. What falls into one bucket is summed up here, so that a batch costs a row a bucket and not a row a reading.
 * The readings are in the order of (meter, time); the caller holds the meters' locks.
 */
export async function addToRollups(
  client: PoolClient,
  storage: Pick<Storage, 'writersKeepHours'>,
  readings: ReadingColumns,
  meters: ReadonlyMap<number, LockedMeter>,
): Promise<void> {
  if (readings.length === 0) return;
  const [days, months, hours] = [createBuckets(), createBuckets(), createBuckets()];
  const seen: { readonly meterNos: number[]; readonly firsts: number[]; readonly lasts: number[] } = {
    meterNos: [],
    firsts: [],
    lasts: [],
  };
  const { meterNos, timesMs, values, intervals } = readings;
  let meterNo = Number.NaN;
  let local = localDaysOf('UTC');
  let [day, month] = [Number.NaN, Number.NaN];
  for (let row = 0; row < readings.length; row += 1) {
    const timeMs = timesMs[row] ?? 0;
    const value = values[row] ?? 0;
    const seconds = intervals[row] ?? 0;
    if (meterNos[row] !== meterNo) {
      meterNo = meterNos[row] ?? 0;
      local = localDaysOf(meters.get(meterNo)?.timeZone ?? 'UTC');
      day = Number.NaN;
      seen.meterNos.push(meterNo);
      seen.firsts.push(timeMs);
      seen.lasts.push(timeMs);
    }
    seen.lasts[seen.lasts.length - 1] = timeMs;
    const itsDay = local.dayOf(timeMs);
    if (itsDay !== day) {
      day = itsDay;
      month = monthOfDay(day);
    }
    days.add(meterNo, day, value, seconds);
    months.add(meterNo, month, value, seconds);
    if (seconds < 3_600 && storage.writersKeepHours)
      hours.add(meterNo, Math.floor(timeMs / hourMs), value, seconds);
  }
  await client.query(days.upsert('reading_day', 'day', 'date', dayLabel));
  await client.query(months.upsert('reading_month', 'month', 'date', dayLabel));
  if (hours.count > 0)
    await client.query(
      hours.upsert('reading_hour', 'hour', 'timestamptz', (hour) => new Date(hour * hourMs).toISOString()),
    );
  await client.query({
    name: 'move-meters',
    text: `update energy.meter m
      set first_reading_at = least(m.first_reading_at, s.first), last_reading_at = greatest(m.last_reading_at, s.last)
      from (
        select meter_no, to_timestamp(first_ms / 1000) as first, to_timestamp(last_ms / 1000) as last
        from unnest($1::int[], $2::float8[], $3::float8[]) as s(meter_no, first_ms, last_ms)
      ) s
      where m.meter_no = s.meter_no
        and (least(m.first_reading_at, s.first), greatest(m.last_reading_at, s.last)) is distinct from (m.first_reading_at, m.last_reading_at)`,
    values: [list(seen.meterNos), list(seen.firsts), list(seen.lasts)],
  });
}

/** One kind of bucket: sums by (meter, place in time), added meter by meter. */
function createBuckets() {
  const columns = {
    meterNos: [] as number[],
    places: [] as number[],
    sums: [] as number[],
    leasts: [] as number[],
    mosts: [] as number[],
    seconds: [] as number[],
    counts: [] as number[],
  };
  let meterNo = Number.NaN;
  let place = Number.NaN;
  let index = -1;
  /** Of the meter under way: clocks that go back over midnight come to a day a second time. */
  const ofMeter = new Map<number, number>();

  return {
    get count() {
      return columns.meterNos.length;
    },
    add(ofMeterNo: number, at: number, value: number, intervalSeconds: number): void {
      const rate = value * (3_600 / intervalSeconds);
      if (ofMeterNo !== meterNo) {
        ofMeter.clear();
        meterNo = ofMeterNo;
        place = Number.NaN;
      }
      if (at !== place) {
        place = at;
        const known = ofMeter.get(at);
        index = known ?? columns.meterNos.length;
        if (known === undefined) {
          ofMeter.set(at, index);
          columns.meterNos.push(meterNo);
          columns.places.push(at);
          columns.sums.push(0);
          columns.leasts.push(rate);
          columns.mosts.push(rate);
          columns.seconds.push(0);
          columns.counts.push(0);
        }
      }
      columns.sums[index] = (columns.sums[index] ?? 0) + value;
      columns.leasts[index] = Math.min(columns.leasts[index] ?? rate, rate);
      columns.mosts[index] = Math.max(columns.mosts[index] ?? rate, rate);
      columns.seconds[index] = (columns.seconds[index] ?? 0) + intervalSeconds;
      columns.counts[index] = (columns.counts[index] ?? 0) + 1;
    },
    upsert: (table: string, column: string, type: string, label: (place: number) => string) => ({
      name: `add-to-${table}`,
      text: `insert into energy.${table} as kept (meter_no, ${column}, sum, min_rate, max_rate, covered_s, count)
        select * from unnest($1::int[], $2::${type}[], $3::float8[], $4::float8[], $5::float8[], $6::int[], $7::int[])
        on conflict (meter_no, ${column}) do update set
          sum = kept.sum + excluded.sum,
          min_rate = least(kept.min_rate, excluded.min_rate),
          max_rate = greatest(kept.max_rate, excluded.max_rate),
          covered_s = kept.covered_s + excluded.covered_s,
          count = kept.count + excluded.count`,
      values: [
        list(columns.meterNos),
        list(columns.places.map(memo(label))),
        list(columns.sums),
        list(columns.leasts),
        list(columns.mosts),
        list(columns.seconds),
        list(columns.counts),
      ],
    }),
  };
}

/** Most buckets of a batch lie at few places. */
function memo(label: (place: number) => string): (place: number) => string {
  const known = new Map<number, string>();
  return (place) => {
    const found = known.get(place) ?? label(place);
    known.set(place, found);
    return found;
  };
}

/** PostgreSQL's text of an array: the driver's own quotes and escapes each element. Numbers and dates have nothing to escape. */
const list = (elements: readonly (number | string)[]): string => `{${elements.join(',')}}`;
