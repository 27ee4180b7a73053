import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../../../platform/postgres/transaction.ts';
import type { Storage } from '../storage/types.ts';
import { retryOnDeadlock } from './retry.ts';
import { lockMeters, type MeterSpan, mergeSpans, remakeRollups } from './rollups.ts';

/** A span of loaded readings, from the first to the last of them, whose rollups are not made. */
export interface DueSpan extends MeterSpan {
  /** Some cover less than an hour, or did before they were replaced. */
  readonly subHourly: boolean;
}

interface StoredDueSpan extends DueSpan {
  readonly id: number;
}

/** In the transaction of the readings, so that there are never the ones without the other. */
export async function noteDue(
  client: PoolClient,
  spans: readonly DueSpan[],
): Promise<readonly StoredDueSpan[]> {
  const { rows } = await client.query<{ id: number }>(
    `insert into energy.rollup_due (meter_no, from_time, to_time, sub_hourly)
     select meter_no, to_timestamp(from_ms / 1000), to_timestamp(to_ms / 1000), sub_hourly
     from unnest($1::int[], $2::float8[], $3::float8[], $4::boolean[]) with ordinality as s(meter_no, from_ms, to_ms, sub_hourly, place)
     order by place returning id`,
    [
      spans.map(({ meterNo }) => meterNo),
      spans.map(({ fromMs }) => fromMs),
      spans.map(({ toMs }) => toMs),
      spans.map(({ subHourly }) => subHourly),
    ],
  );
  return rows.flatMap(({ id }, index) => {
    const span = spans[index];
    return span === undefined ? [] : [{ ...span, id }];
  });
}

/** The oldest spans that are due, not all of very many. */
export async function readDue(pool: Pool): Promise<readonly StoredDueSpan[]> {
  const { rows } = await pool.query<{
    id: number;
    meter_no: number;
    from_ms: number;
    to_ms: number;
    sub_hourly: boolean;
  }>(
    `select id, meter_no, (extract(epoch from from_time) * 1000)::float8 as from_ms,
            (extract(epoch from to_time) * 1000)::float8 as to_ms, sub_hourly
     from energy.rollup_due order by id limit $1`,
    [spansRead],
  );
  return rows.map((row) => ({
    id: row.id,
    meterNo: row.meter_no,
    fromMs: row.from_ms,
    toMs: row.to_ms,
    subHourly: row.sub_hourly,
  }));
}

/** A transaction holds its meters while it remakes these, some 30 ms for months of hours: live readings and other loads wait no longer. */
const spansAtOnce = 50;
/** The most that is read at once of what is due. */
const spansRead = 1_000;

/**
 * Makes the rollups of spans whose readings are committed, and strikes them off. What another process struck off
 * meanwhile is left out. Newest and oldest reading of the meters follow.
 */
export async function settleDue(pool: Pool, storage: Storage, due: readonly StoredDueSpan[]): Promise<void> {
  for (let first = 0; first < due.length; first += spansAtOnce) {
    const spans = due.slice(first, first + spansAtOnce);
    const fine = spans.filter(({ subHourly }) => subHourly);
    if (fine.length > 0) {
      await storage.refreshHours(
        Math.min(...fine.map(({ fromMs }) => fromMs)),
        Math.max(...fine.map(({ toMs }) => toMs)),
      );
    }
    await retryOnDeadlock(() => inTransaction(pool, (client) => settle(client, storage, spans)));
  }
}

async function settle(client: PoolClient, storage: Storage, spans: readonly StoredDueSpan[]): Promise<void> {
  await client.query('set local statement_timeout = 0');
  // Nothing waits for the disk: after a crash that loses this, the spans are due again.
  await client.query('set local synchronous_commit = off');
  await lockMeters(client, [...new Set(spans.map(({ meterNo }) => meterNo))]);
  const { rows } = await client.query<{ id: number }>(
    'delete from energy.rollup_due where id = any($1::bigint[]) returning id',
    [spans.map(({ id }) => id)],
  );
  const struck = new Set(rows.map(({ id }) => id));
  const ours = spans.filter(({ id }) => struck.has(id));
  await remakeRollups(client, storage, mergeSpans(ours), {
    withHours: ours.some(({ subHourly }) => subHourly),
  });
  await client.query(
    `update energy.meter m
     set first_reading_at = least(m.first_reading_at, s.first), last_reading_at = greatest(m.last_reading_at, s.last)
     from (
       select meter_no, to_timestamp(min(from_ms) / 1000) as first, to_timestamp(max(to_ms) / 1000) as last
       from unnest($1::int[], $2::float8[], $3::float8[]) as s(meter_no, from_ms, to_ms) group by meter_no
     ) s
     where m.meter_no = s.meter_no
    and (least(m.first_reading_at, s.first), greatest(m.last_reading_at, s.last)) is distinct from (m.first_reading_at, m.last_reading_at)`,
    [ours.map(({ meterNo }) => meterNo), ours.map(({ fromMs }) => fromMs), ours.map(({ toMs }) => toMs)],
  );
}
