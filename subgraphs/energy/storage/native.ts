import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../../../platform/postgres/transaction.ts';
import { type Month, monthLabel, monthStartMs } from './month.ts';
import type { CopyTarget, Storage } from './types.ts';

/** energy.reading in partitions by month of UTC; energy.reading_hour as a table that writers keep. */
export async function createNativeTables(client: PoolClient): Promise<void> {
  await client.query(`
    create table energy.reading (
      meter_no integer not null,
      interval_s integer not null,
      time timestamptz not null,
      value double precision not null,
      quality smallint not null,
      -- Null: no rule had anything to say.
      rule smallint,
      -- energy.origin's row. With both a row takes no more room than without: it would be padded.
      origin integer,
      primary key (meter_no, time)
    ) partition by range (time);
    create index reading_not_good on energy.reading (meter_no, time) where quality <> 0;
    create table energy.reading_hour (
      meter_no integer not null,
      hour timestamptz not null,
      sum double precision not null,
      min_rate double precision not null,
      max_rate double precision not null,
      covered_s integer not null,
      count integer not null,
      primary key (meter_no, hour)
    ) with (fillfactor = 90);
    ${hourlyView}`);
}

/** Hours of whatever meter: kept ones of readings that cover less, and readings of an hour or more as they are. */
export const hourlyView = `
  create view energy.hourly as
  select meter_no, hour, sum, min_rate, max_rate, covered_s, count from energy.reading_hour
  union all
  select meter_no, time, value, value * (3600::float8 / interval_s), value * (3600::float8 / interval_s), interval_s, 1
  from energy.reading where interval_s >= 3600;`;

export function createNativeStorage(pool: Pool): Storage {
  /** Months whose partition was seen: none goes away. */
  const known = new Set<Month>();

  return {
    engine: 'native',
    writersKeepHours: true,
    prepareToWrite: async () => undefined,
    refreshHours: async () => undefined,
    async makeRoom(months) {
      for (const month of new Set(months)) {
        if (known.has(month)) continue;
        await inTransaction(pool, async (client) => {
          if (!(await hasPartition(client, month))) await createPartition(client, month);
        });
        known.add(month);
      }
    },
    async loadMonth(client, month, copy) {
      if (!known.has(month) && !(await hasPartition(client, month))) {
        await createPartition(client, month, copy);
        return;
      }
      known.add(month);
      await copy({ table: partitionOf(month), options: '' });
    },
  };
}

const partitionOf = (month: Month): string => `energy.reading_${monthLabel(month)}`;

/** Waits for whoever is making the month's partition; what it made is there afterwards, and else nobody else will make it. */
async function hasPartition(client: PoolClient, month: Month): Promise<boolean> {
  await client.query("select pg_advisory_xact_lock(hashtextextended('eaio.energy.partition', $1))", [month]);
  const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    partitionOf(month),
  ]);
  return rows[0]?.there === true;
}

/**
 * Makes a partition beside the table and attaches it when it is done: `create table ... partition of` would lock out
 * every reader. Filled before it has an index, it takes a million rows a second; the write-ahead log is skipped where
 * the server keeps it for recovery only (wal_level = minimal), and rows are frozen as they come (nobody else sees the
 * table before its commit).
 */
async function createPartition(
  client: PoolClient,
  month: Month,
  fill?: (target: CopyTarget) => Promise<void>,
): Promise<void> {
  const table = partitionOf(month);
  const [from, to] = [month, month + 1].map((each) => new Date(monthStartMs(each)).toISOString());
  await client.query(`create table ${table} (like energy.reading including defaults)`);
  await fill?.({ table, options: ', freeze' });
  await client.query(`alter table ${table} add primary key (meter_no, time)`);
  await client.query(
    `alter table energy.reading attach partition ${table} for values from ('${from}') to ('${to}')`,
  );
}
