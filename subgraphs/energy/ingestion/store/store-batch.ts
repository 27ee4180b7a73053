import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Storage } from '../../storage/types.ts';
import { copyColumns, encodeColumns } from '../bulk/copy-format.ts';
import { pickColumns, type ReadingColumns } from '../columns.ts';
import { mergeSpans, remakeRollups } from '../rollups.ts';
import type { LockedMeter } from './locked-meters.ts';
import { addToRollups } from './rollup-sums.ts';

export interface StoredBatch {
  /** The new and the changed ones, in the order of (meter, time). */
  readonly stored: ReadingColumns;
  readonly inserted: number;
  readonly replaced: number;
  /** From the first to the last reading whose hour may have changed; null when none covers less than an hour. */
  readonly fine: { readonly fromMs: number; readonly toMs: number } | null;
}

export interface StoreBatchOptions {
  readonly client: PoolClient;
  readonly storage: Storage;
  /** In the order of (meter, time), each once; their months have room (`Storage.makeRoom`). */
  readonly readings: ReadingColumns;
  /** Theirs, from `holdMeters` in this transaction. */
  readonly meters: ReadonlyMap<number, LockedMeter>;
  /** Who replaces what is known with another value, for the record. */
  readonly by: string;
  /** False compares every reading with what is known: after a unique violation, which a load of history can cause. */
  readonly trustLast?: boolean;
}

/**
 * Stores readings with their rollups in the caller's transaction. Those behind their meter's newest reading are known by
 * nobody: they are copied straight into the table. Others go through a staging table and are compared with what is there;
 * one that is known as it is changes nothing, and a measured value replaces an estimated or a different one.
 * @throws a unique violation (23505) when a load of history has just written one of them: again, with `trustLast: false`.
 */
export async function storeBatch(options: StoreBatchOptions): Promise<StoredBatch> {
  const { client, storage, readings, meters, by, trustLast = true } = options;
  const { fresh, late } = split(readings, meters, trustLast);
  if (late.length === 0) {
    await copy(client, 'energy.reading', readings);
    await addToRollups(client, storage, readings, meters);
    return { stored: readings, inserted: readings.length, replaced: 0, fine: fineOf(readings, []) };
  }
  const freshOnes = pickColumns(readings, fresh);
  if (freshOnes.length > 0) await copy(client, 'energy.reading', freshOnes);
  const lateOnes = pickColumns(readings, late);
  const { inserted, replaced } = await writeLate(client, lateOnes, by);
  const isNew = new Set(fresh);
  for (const row of inserted) isNew.add(late[row] ?? -1);
  const isStored = new Set(isNew);
  for (const row of replaced) isStored.add(late[row] ?? -1);
  const inOrder = (rows: ReadonlySet<number>) =>
    pickColumns(
      readings,
      [...rows].sort((a, b) => a - b),
    );
  await addToRollups(client, storage, inOrder(isNew), meters);
  const spans = replaced.map((row) => {
    const timeMs = lateOnes.timesMs[row] ?? 0;
    return { meterNo: lateOnes.meterNos[row] ?? 0, fromMs: timeMs, toMs: timeMs };
  });
  await remakeRollups(client, storage, mergeSpans(spans), { withHours: true });
  return {
    stored: inOrder(isStored),
    inserted: isNew.size,
    replaced: replaced.length,
    fine: fineOf(
      readings,
      spans.map(({ fromMs }) => fromMs),
    ),
  };
}

function split(
  { length, meterNos, timesMs }: ReadingColumns,
  meters: ReadonlyMap<number, LockedMeter>,
  trustLast: boolean,
): { readonly fresh: number[]; readonly late: number[] } {
  const fresh: number[] = [];
  const late: number[] = [];
  let meterNo = Number.NaN;
  let lastMs = Infinity;
  for (let row = 0; row < length; row += 1) {
    if (meterNos[row] !== meterNo) {
      meterNo = meterNos[row] ?? 0;
      lastMs = trustLast ? (meters.get(meterNo)?.lastMs ?? Infinity) : Infinity;
    }
    ((timesMs[row] ?? 0) > lastMs ? fresh : late).push(row);
  }
  return { fresh, late };
}

/** Known ones too: whoever sends again may do so because the hours did not follow. */
function fineOf(
  { length, timesMs, intervals }: ReadingColumns,
  replacedMs: readonly number[],
): StoredBatch['fine'] {
  let [fromMs, toMs] = [Infinity, -Infinity];
  const widen = (timeMs: number): void => {
    if (timeMs < fromMs) fromMs = timeMs;
    if (timeMs > toMs) toMs = timeMs;
  };
  for (let row = 0; row < length; row += 1) if ((intervals[row] ?? 0) < 3_600) widen(timesMs[row] ?? 0);
  for (const timeMs of replacedMs) widen(timeMs);
  return fromMs === Infinity ? null : { fromMs, toMs };
}

/** Places, in the columns, of what was not known and of what was known otherwise. */
async function writeLate(
  client: PoolClient,
  readings: ReadingColumns,
  by: string,
): Promise<{ readonly inserted: readonly number[]; readonly replaced: readonly number[] }> {
  await client.query(
    'create temporary table if not exists incoming (like energy.reading) on commit delete rows',
  );
  await copy(client, 'pg_temp.incoming', readings);
  let [first, last] = [Infinity, -Infinity];
  for (const timeMs of readings.timesMs) {
    if (timeMs < first) first = timeMs;
    if (timeMs > last) last = timeMs;
  }
  const inserted = await client.query<[number, number]>({ text: insertUnknown, rowMode: 'array' });
  if (inserted.rows.length === readings.length)
    return { inserted: Array.from({ length: readings.length }, (_, row) => row), replaced: [] };
  const replaced = await client.query<[number, number]>({
    text: replaceDifferent,
    rowMode: 'array',
    values: [new Date(first), new Date(last), by],
  });
  const place = new Map<string, number>();
  for (let row = 0; row < readings.length; row += 1)
    place.set(`${readings.meterNos[row]} ${readings.timesMs[row]}`, row);
  const placesOf = (rows: readonly (readonly [number, number])[]): readonly number[] =>
    rows.flatMap(([meterNo, timeMs]) => place.get(`${meterNo} ${timeMs}`) ?? []);
  return { inserted: placesOf(inserted.rows), replaced: placesOf(replaced.rows) };
}

const key = 'meter_no, (extract(epoch from time) * 1000)::float8';

const insertUnknown = `
  insert into energy.reading (${copyColumns})
  select ${copyColumns} from pg_temp.incoming order by meter_no, time
  on conflict (meter_no, time) do nothing
  returning ${key}`;

/** Only a value or an interval can differ, or that the known one was estimated: a verdict is validation's own to change. The bounds let the planner leave out partitions. */
const replaceDifferent = `
  with different as materialized (
    select i.*, r.interval_s as old_interval_s, r.value as old_value, r.quality as old_quality, r.rule as old_rule,
           r.origin as old_origin
    from pg_temp.incoming i join energy.reading r on r.meter_no = i.meter_no and r.time = i.time
    where r.time between $1::timestamptz and $2::timestamptz
      and ((r.interval_s, r.value) is distinct from (i.interval_s, i.value) or (r.quality = 2 and i.quality <> 2))
  ),
  kept as (
    insert into energy.reading_set_aside (meter_no, interval_s, time, value, quality, rule, origin, reason, by)
    select meter_no, old_interval_s, time, old_value, old_quality, old_rule, old_origin, 'replaced', $3 from different
  ),
  written as (
    insert into energy.reading (${copyColumns})
    select ${copyColumns} from different order by meter_no, time
    on conflict (meter_no, time) do update
    set interval_s = excluded.interval_s, value = excluded.value, quality = excluded.quality, rule = excluded.rule,
        origin = excluded.origin
  )
  select ${key} from different`;

async function copy(client: PoolClient, table: string, readings: ReadingColumns): Promise<void> {
  await pipeline(
    Readable.from(encodeColumns(readings), { objectMode: false }),
    client.query(copyFrom(`copy ${table} (${copyColumns}) from stdin (format binary)`)),
  );
}
