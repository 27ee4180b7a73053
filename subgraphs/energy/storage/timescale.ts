import { setTimeout as wait } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { hourlyView } from './native.ts';
import type { Storage } from './types.ts';

/**
 * energy.reading as a hypertable, compressed a quarter of a year later; energy.reading_hour as a continuous aggregate
 * that shows what it has not yet materialized too. Its hours are those of UTC: an aggregate has one constant zone.
 */
export async function createTimescaleTables(client: PoolClient): Promise<void> {
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
    );
    select create_hypertable('energy.reading', by_range('time', interval '30 days'), create_default_indexes => false);
    create index reading_not_good on energy.reading (meter_no, time) where quality <> 0;
    alter table energy.reading set (
      timescaledb.compress, timescaledb.compress_segmentby = 'meter_no', timescaledb.compress_orderby = 'time'
    );
    -- Neither job begins at once: a new database is being loaded.
    select add_compression_policy('energy.reading', interval '90 days', initial_start => now() + interval '12 hours');
    create materialized view energy.reading_hour with (timescaledb.continuous, timescaledb.materialized_only = false) as
      select meter_no, time_bucket(interval '1 hour', time) as hour, sum(value) as sum,
             min(value * (3600::float8 / interval_s)) as min_rate, max(value * (3600::float8 / interval_s)) as max_rate,
             sum(interval_s)::integer as covered_s, count(*)::integer as count
      from energy.reading where interval_s < 3600 group by 1, 2 with no data;
    select add_continuous_aggregate_policy(
      'energy.reading_hour', start_offset => null, end_offset => interval '1 day',
      schedule_interval => interval '1 hour', initial_start => now() + interval '1 hour');
    ${hourlyView}`);
}

export function createTimescaleStorage(pool: Pool): Storage {
  return {
    engine: 'timescale',
    writersKeepHours: false,
    async prepareToWrite(client) {
      // A late reading may fall into a compressed chunk: it is unpacked by the transaction, however many rows that are.
      await client.query('set local timescaledb.max_tuples_decompressed_per_dml_transaction = 0');
    },
    makeRoom: async () => undefined,
    loadMonth: (_client, _month, copy) => copy({ table: 'energy.reading', options: '' }),
    async refreshHours(fromMs, toMs) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await refreshMaterialized(client, fromMs, toMs);
      } catch (error) {
        broken = error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        // Thrown away after a failure: its session holds the lock.
        client.release(broken);
      }
    },
  };
}

const hourMs = 3_600_000;
const lockName = "hashtextextended('eaio.energy.refresh_hours', 0)";

/** Hours behind the watermark are made of the readings by each question; only those before it can be out of date. */
async function refreshMaterialized(client: PoolClient, fromMs: number, toMs: number): Promise<void> {
  const { rows } = await client.query<{ late: boolean }>(
    `select to_timestamp($1::float8 / 1000) < _timescaledb_functions.to_timestamp(_timescaledb_functions.cagg_watermark(mat_hypertable_id)) as late
     from _timescaledb_catalog.continuous_agg where user_view_schema = 'energy' and user_view_name = 'reading_hour'`,
    [fromMs],
  );
  if (rows[0]?.late !== true) return;
  const from = new Date(Math.floor(fromMs / hourMs) * hourMs);
  const to = new Date((Math.floor(toMs / hourMs) + 1) * hourMs);
  // One refresh at a time: a second one finds the work claimed by the first, and returns before that is done.
  await client.query(`set statement_timeout = 0`);
  await client.query(`select pg_advisory_lock(${lockName})`);
  await client.query('call refresh_continuous_aggregate($1, $2::timestamptz, $3::timestamptz)', [
    'energy.reading_hour',
    from,
    to,
  ]);
  await client.query(`select pg_advisory_unlock(${lockName})`);
  await client.query('reset statement_timeout');
  // The same goes for the policy's own refresh, which knows nothing of our lock: when it is at work, it may have claimed ours.
  while (await policyRefreshes(client)) await wait(20);
}

async function policyRefreshes(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ running: boolean }>(
    `select exists (
       select from timescaledb_information.job_stats
       join timescaledb_information.jobs using (job_id)
       where proc_name = 'policy_refresh_continuous_aggregate' and jobs.hypertable_schema = 'energy' and job_status = 'Running'
     ) as running`,
  );
  return rows[0]?.running === true;
}
