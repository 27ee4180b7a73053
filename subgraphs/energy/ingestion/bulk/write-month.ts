import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pool, PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { codeOf } from '../../../../platform/errors/facts.ts';
import { inTransaction } from '../../../../platform/postgres/transaction.ts';
import { type Month, monthStartMs } from '../../storage/month.ts';
import type { Storage } from '../../storage/types.ts';
import { type DueSpan, noteDue, settleDue } from '../due-rollups.ts';
import { retryOnDeadlock } from '../retry.ts';
import { lockMeters } from '../rollups.ts';
import { copyColumns, encodeCopy } from './copy-format.ts';
import { countRows, firstMs, lastMs, type Rows } from './rows.ts';

export interface MonthCounts {
  readonly inserted: number;
  readonly updated: number;
}

/**
 * Writes readings of one month, in the order of (meter, time), and then their rollups. Readings that nobody knows yet go
 * straight to their place; those of a month of which the meters have some already are compared with them first.
 */
export async function writeMonth(
  pool: Pool,
  storage: Storage,
  month: Month,
  rows: readonly Rows[],
  origin: number,
): Promise<MonthCounts> {
  const { due, ...counts } = await retryOnDeadlock(() => writeReadings(pool, storage, month, rows, origin));
  await settleDue(pool, storage, due);
  return counts;
}

type Written = MonthCounts & { readonly due: Awaited<ReturnType<typeof noteDue>> };

async function writeReadings(
  pool: Pool,
  storage: Storage,
  month: Month,
  rows: readonly Rows[],
  origin: number,
): Promise<Written> {
  try {
    const inserted = await inTransaction(pool, async (client) => {
      await begin(client, storage);
      return (await anyKnown(client, month, rows))
        ? undefined
        : insertAll(client, storage, month, rows, origin);
    });
    if (inserted !== undefined) return inserted;
  } catch (error) {
    // Somebody else wrote one of these readings meanwhile.
    if (codeOf(error) !== uniqueViolation) throw error;
  }
  await storage.makeRoom([month]);
  return inTransaction(pool, async (client) => {
    await begin(client, storage);
    return compareAll(client, month, rows, origin);
  });
}

const uniqueViolation = '23505';

async function begin(client: PoolClient, storage: Storage): Promise<void> {
  await client.query('set local statement_timeout = 0');
  // The load's last statement waits for the disk, and with it for all before.
  await client.query('set local synchronous_commit = off');
  await storage.prepareToWrite(client);
}

/** A look into the index for each meter. */
async function anyKnown(client: PoolClient, month: Month, rows: readonly Rows[]): Promise<boolean> {
  const { rows: found } = await client.query<{ known: boolean }>(
    `select exists (
       select from unnest($1::int[]) as asked(meter_no)
       cross join lateral (
         select from energy.reading r
         where r.meter_no = asked.meter_no and r.time >= $2::timestamptz and r.time < $3::timestamptz limit 1
       ) one
     ) as known`,
    [[...new Set(rows.map(({ meterNo }) => meterNo))], ...boundsOf(month)],
  );
  return found[0]?.known === true;
}

async function insertAll(
  client: PoolClient,
  storage: Storage,
  month: Month,
  rows: readonly Rows[],
  origin: number,
): Promise<Written> {
  await storage.loadMonth(client, month, ({ table, options }) =>
    copy(
      client,
      `copy ${table} (${copyColumns}) from stdin (format binary${options})`,
      encodeCopy(rows, origin),
    ),
  );
  const due = await noteDue(
    client,
    [...Map.groupBy(rows, ({ meterNo }) => meterNo)].map(([meterNo, ofMeter]) => ({
      meterNo,
      fromMs: Math.min(...ofMeter.map(firstMs)),
      toMs: Math.max(...ofMeter.map(lastMs)),
      subHourly: ofMeter.some(({ intervalSeconds }) => intervalSeconds < 3_600),
    })),
  );
  return { inserted: countRows(rows), updated: 0, due };
}

/**
 * Only what differs is written, and only that is due; what it replaces is set aside. The meters are locked, as live writers lock them: both change
 * readings that are there, each in an order of its own.
 */
async function compareAll(
  client: PoolClient,
  month: Month,
  rows: readonly Rows[],
  origin: number,
): Promise<Written> {
  await client.query(
    'create temporary table if not exists loaded (like energy.reading) on commit delete rows',
  );
  await copy(
    client,
    `copy pg_temp.loaded (${copyColumns}) from stdin (format binary)`,
    encodeCopy(rows, origin),
  );
  await lockMeters(client, [...new Set(rows.map(({ meterNo }) => meterNo))]);
  const { rows: differing } = await client.query<DifferingRow>(
    `with differing as materialized (
       select l.*, r.meter_no is not null as known, least(l.interval_s, r.interval_s) < 3600 as sub_hourly,
              r.interval_s as old_interval_s, r.value as old_value, r.quality as old_quality, r.rule as old_rule,
              r.origin as old_origin
       from pg_temp.loaded l
       left join energy.reading r on r.meter_no = l.meter_no and r.time = l.time
         and r.time >= $1::timestamptz and r.time < $2::timestamptz
       where (r.interval_s, r.value, r.quality) is distinct from (l.interval_s, l.value, l.quality)
     ),
     written as (
       insert into energy.reading as known (${copyColumns})
       select ${copyColumns} from differing order by meter_no, time
       on conflict (meter_no, time) do update
       set interval_s = excluded.interval_s, value = excluded.value, quality = excluded.quality,
           rule = excluded.rule, origin = excluded.origin
     ),
     kept as (
       insert into energy.reading_set_aside (meter_no, interval_s, time, value, quality, rule, origin, reason, by)
       select meter_no, old_interval_s, time, old_value, old_quality, old_rule, old_origin, 'replaced', 'bulk'
       from differing where known
     )
     select meter_no, count(*) filter (where not known) as inserted, count(*) filter (where known) as updated,
            (extract(epoch from min(time)) * 1000)::float8 as from_ms, (extract(epoch from max(time)) * 1000)::float8 as to_ms,
            bool_or(sub_hourly) as sub_hourly
     from differing group by meter_no order by meter_no`,
    [...boundsOf(month)],
  );
  const due = await noteDue(
    client,
    differing.map(
      (row): DueSpan => ({
        meterNo: row.meter_no,
        fromMs: row.from_ms,
        toMs: row.to_ms,
        subHourly: row.sub_hourly,
      }),
    ),
  );
  return {
    inserted: differing.reduce((sum, row) => sum + row.inserted, 0),
    updated: differing.reduce((sum, row) => sum + row.updated, 0),
    due,
  };
}

interface DifferingRow {
  readonly meter_no: number;
  readonly inserted: number;
  readonly updated: number;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly sub_hourly: boolean;
}

const boundsOf = (month: Month): readonly [Date, Date] => [
  new Date(monthStartMs(month)),
  new Date(monthStartMs(month + 1)),
];

async function copy(client: PoolClient, statement: string, bytes: Iterable<Buffer>): Promise<void> {
  await pipeline(Readable.from(bytes, { objectMode: false }), client.query(copyFrom(statement)));
}
