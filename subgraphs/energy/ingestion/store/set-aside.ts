import type { PoolClient } from 'pg';
import type { Storage } from '../../storage/types.ts';
import type { ReadingColumns } from '../columns.ts';
import { mergeSpans, remakeRollups } from '../rollups.ts';
import { type Rejudged, rejected } from '../vee-port.ts';

/** A reading that is set aside was good until somebody said otherwise: its verdict there is SUSPECT, the reason says the rest. */
const suspect = 1;

/** Keeps readings that do not count, with why and by whom. */
export async function setAside(
  client: PoolClient,
  readings: ReadingColumns,
  { reason, by }: { readonly reason: string; readonly by: string },
): Promise<void> {
  await client.query(
    `insert into energy.reading_set_aside (meter_no, interval_s, time, value, quality, rule, origin, reason, by)
     select meter_no, interval_s, to_timestamp(time_ms / 1000), value, ${suspect}, nullif(rule, 0), origin, $7, $8
     from unnest($1::int[], $2::int[], $3::float8[], $4::float8[], $5::smallint[], $6::int[])
       as r(meter_no, interval_s, time_ms, value, rule, origin)`,
    [
      [...readings.meterNos],
      [...readings.intervals],
      [...readings.timesMs],
      [...readings.values],
      [...readings.rules],
      [...readings.origins],
      reason,
      by,
    ],
  );
}

/** Gives stored readings another verdict. Those that are refused now are set aside, and their rollups made anew. The caller holds the meters' locks. */
export async function rejudge(
  client: PoolClient,
  storage: Pick<Storage, 'writersKeepHours'>,
  spans: readonly Rejudged[],
): Promise<void> {
  for (const { meterNo, fromMs, toMs, quality, rule } of spans) {
    const place = [meterNo, new Date(fromMs), new Date(toMs), rule];
    if (quality !== rejected) {
      await client.query(
        `update energy.reading set quality = $5, rule = nullif($4::smallint, 0)
         where meter_no = $1 and time >= $2 and time < $3 and quality <> 2`,
        [...place, quality],
      );
      continue;
    }
    await client.query(
      `with gone as (
         delete from energy.reading where meter_no = $1 and time >= $2 and time < $3 and quality <> 2 returning *
       )
       insert into energy.reading_set_aside (meter_no, interval_s, time, value, quality, rule, origin, reason, by)
       select meter_no, interval_s, time, value, ${suspect}, nullif($4::smallint, 0), origin, 'rejected', 'validation' from gone`,
      place,
    );
  }
  const gone = spans.filter(({ quality }) => quality === rejected);
  await remakeRollups(
    client,
    storage,
    mergeSpans(gone.map(({ meterNo, fromMs, toMs }) => ({ meterNo, fromMs, toMs: toMs - 1 }))),
    { withHours: true, anyGone: true },
  );
}
