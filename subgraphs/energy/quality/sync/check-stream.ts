import type { Pool } from 'pg';
import { type HeldEntry, heldEntries } from '../../../../platform/bus/held-entries.ts';
import { comparePositions } from '../../../../platform/bus/position.ts';
import type { RedisConnection } from '../../../../platform/redis/redis.ts';
import type { Checked } from './check-rollups.ts';
import type { Difference, Span } from './difference.ts';

/** A reading as the stream brought it last. */
export interface StreamReading {
  readonly meterNo: number;
  readonly meterId: string;
  readonly timeMs: number;
  readonly value: number;
  readonly intervalSeconds: number;
  readonly partition: number;
  readonly entry: HeldEntry;
}

export interface StreamDifference extends Difference {
  readonly kind: 'MISSING' | 'STALE';
  readonly reading: StreamReading;
}

/** The topic of readings that came in, and the group that stores them. */
const topic = 'energy.readings-received';
const group = 'store';

interface Received {
  readonly series: readonly {
    readonly meterId: string;
    readonly intervalSeconds?: number;
    readonly times: readonly number[];
    readonly values: readonly number[];
  }[];
}

/**
 * Compares what the stream still holds, up to where the store has come, with what is stored: of each meter and time the last
 * that came must stand there, or be set aside, or have been replaced by something later. Partition by partition.
 */
export async function checkStream(
  pool: Pool,
  redis: Pick<RedisConnection, 'xrange'>,
  { fromMs, toMs }: Span,
): Promise<Checked & { readonly differences: readonly StreamDifference[] }> {
  let checked = 0;
  const differences: StreamDifference[] = [];
  for (const { partition, position } of await storedUpTo(pool)) {
    // Late readings come behind their time: entries of the span lie at its start or behind.
    const last = new Map<string, StreamReading>();
    for await (const entry of heldEntries(redis, { topic, partition, fromMs, upTo: position }))
      for (const reading of readingsOf(entry, partition)) {
        if (reading.timeMs < fromMs || reading.timeMs >= toMs) continue;
        last.set(`${reading.meterId} ${reading.timeMs}`, reading);
      }
    checked += last.size;
    differences.push(...(await compare(pool, [...last.values()])));
  }
  return { checked, differences };
}

async function storedUpTo(pool: Pool): Promise<readonly { partition: number; position: string }[]> {
  const { rows: there } = await pool.query<{ there: boolean }>(
    `select to_regclass('bus.position') is not null as there`,
  );
  if (there[0]?.there !== true) return [];
  const { rows } = await pool.query<{ partition: number; position: string }>(
    `select partition, position from bus.position where group_name = $1 and topic = $2 and lane = 'live' order by partition`,
    [group, topic],
  );
  return rows;
}

// The bus checked the data against the type's schema before it took the event.
const readingsOf = (entry: HeldEntry, partition: number): readonly StreamReading[] =>
  (entry.event.data as Received).series.flatMap(({ meterId, intervalSeconds, times, values }) =>
    times.map((timeMs, index) => ({
      meterNo: 0,
      meterId,
      timeMs,
      value: values[index] ?? Number.NaN,
      intervalSeconds: intervalSeconds ?? 0,
      partition,
      entry,
    })),
  );

const atOnce = 20_000;

async function compare(pool: Pool, readings: readonly StreamReading[]): Promise<readonly StreamDifference[]> {
  const differences: StreamDifference[] = [];
  for (let first = 0; first < readings.length; first += atOnce) {
    const some = readings.slice(first, first + atOnce);
    const { rows } = await pool.query<{
      place: number;
      meter_no: number;
      interval_s: number;
      value: number | null;
      stored_position: string | null;
      kind: string | null;
      set_aside: boolean;
    }>(
      `select s.place::int as place, m.meter_no, m.interval_s, r.value, o.position as stored_position, o.kind,
              exists (select from energy.reading_set_aside a where a.meter_no = m.meter_no and a.time = t.time) as set_aside
       from unnest($1::text[], $2::float8[], $3::float8[]) with ordinality as s(meter_id, time_ms, value, place)
       join energy.meter m on m.id = s.meter_id
       cross join lateral (select to_timestamp(s.time_ms / 1000) as time) t
       left join energy.reading r on r.meter_no = m.meter_no and r.time = t.time
       left join energy.origin o on o.id = r.origin
       where r.value is distinct from s.value`,
      [some.map(({ meterId }) => meterId), some.map(({ timeMs }) => timeMs), some.map(({ value }) => value)],
    );
    for (const row of rows) {
      const reading = some[row.place - 1];
      if (reading === undefined) continue;
      const missing = row.value === null;
      // What was set aside, or replaced by something that came later or by another way, is as it should be.
      const explained = missing
        ? row.set_aside
        : row.kind !== 'stream' ||
          row.stored_position === null ||
          comparePositions(row.stored_position, reading.entry.position) >= 0 ||
          row.set_aside;
      if (explained) continue;
      const intervalSeconds = reading.intervalSeconds === 0 ? row.interval_s : reading.intervalSeconds;
      differences.push({
        kind: missing ? 'MISSING' : 'STALE',
        meterNo: row.meter_no,
        meterId: reading.meterId,
        atMs: reading.timeMs,
        toMs: reading.timeMs + intervalSeconds * 1_000,
        partition: reading.partition,
        reading: { ...reading, meterNo: row.meter_no, intervalSeconds },
      });
    }
  }
  return differences;
}
