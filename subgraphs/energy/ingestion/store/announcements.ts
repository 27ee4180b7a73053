import type { Pool, PoolClient } from 'pg';
import type { Bus } from '../../../../platform/bus/types.ts';
import { inTransaction } from '../../../../platform/postgres/transaction.ts';
import type { MeterType } from '../../domain.ts';
import { createColumns, type ReadingColumns } from '../columns.ts';
import type { AnnouncedMeter } from '../events.ts';
import { readingsStored } from '../events.ts';

/**
 * Notes, in the readings' transaction, that they are to be announced: which meters, from when to when. Whoever has
 * announced them strikes it off; what a process that died has left is announced from the readings themselves, so that no
 * event waits in a table twice as long as the reading that it tells of. Null when there are none.
 */
export async function noteAnnouncement(client: PoolClient, stored: ReadingColumns): Promise<number | null> {
  if (stored.length === 0) return null;
  const [meterNos, firsts, lasts]: [number[], number[], number[]] = [[], [], []];
  for (let row = 0; row < stored.length; row += 1) {
    const meterNo = stored.meterNos[row] ?? 0;
    const timeMs = stored.timesMs[row] ?? 0;
    if (meterNos.at(-1) !== meterNo) {
      meterNos.push(meterNo);
      firsts.push(timeMs);
      lasts.push(timeMs);
    }
    lasts[lasts.length - 1] = timeMs;
  }
  const { rows } = await client.query<{ id: number }>({
    name: 'note-announcement',
    text: 'insert into energy.announcement_due (meter_nos, from_ms, to_ms) values ($1::int[], $2::float8[], $3::float8[]) returning id',
    values: [`{${meterNos.join(',')}}`, `{${firsts.join(',')}}`, `{${lasts.join(',')}}`],
  });
  return rows[0]?.id ?? null;
}

export async function strikeAnnouncement(pool: Pool, id: number): Promise<void> {
  await pool.query({
    name: 'strike-announcement',
    text: 'delete from energy.announcement_due where id = $1',
    values: [id],
  });
}

/** So old that whoever noted them is not about to announce them. */
const abandonedAfterS = 5;

/**
 * Announces what was stored and not announced: its process died, or the bus was away. Any number of processes may call it.
 * Resolves with the number of readings. What had been announced before the end comes again: followers know it as it is.
 */
export async function settleAnnouncements(pool: Pool, bus: Pick<Bus, 'publish'>): Promise<number> {
  for (let settled = 0; ; ) {
    const count = await inTransaction(pool, async (client) => {
      const { rows } = await client.query<{
        id: number;
        meter_nos: number[];
        from_ms: number[];
        to_ms: number[];
      }>(
        `select id, meter_nos, from_ms, to_ms from energy.announcement_due
         where at < now() - make_interval(secs => $1) order by id limit 1 for update skip locked`,
        [abandonedAfterS],
      );
      const due = rows[0];
      if (due === undefined) return null;
      const { stored, meters } = await readStored(client, due);
      await bus.publish(readingsStored(stored, meters));
      await client.query('delete from energy.announcement_due where id = $1', [due.id]);
      return stored.length;
    });
    if (count === null) return settled;
    settled += count;
  }
}

async function readStored(
  client: PoolClient,
  due: { readonly meter_nos: number[]; readonly from_ms: number[]; readonly to_ms: number[] },
): Promise<{ readonly stored: ReadingColumns; readonly meters: ReadonlyMap<number, AnnouncedMeter> }> {
  const { rows } = await client.query<[number, number, number, number, number, string, string, MeterType]>({
    rowMode: 'array',
    text: `select r.meter_no, r.interval_s, (extract(epoch from r.time) * 1000)::float8, r.value, r.quality, m.id, m.building_id, m.type
           from unnest($1::int[], $2::float8[], $3::float8[]) as s(meter_no, from_ms, to_ms)
           join energy.meter m on m.meter_no = s.meter_no
           join energy.reading r on r.meter_no = s.meter_no
             and r.time between to_timestamp(s.from_ms / 1000) and to_timestamp(s.to_ms / 1000)
           where r.time between to_timestamp($4::float8 / 1000) and to_timestamp($5::float8 / 1000)
           order by r.meter_no, r.time`,
    values: [due.meter_nos, due.from_ms, due.to_ms, Math.min(...due.from_ms), Math.max(...due.to_ms)],
  });
  const stored = createColumns(rows.length);
  const meters = new Map<number, AnnouncedMeter>();
  for (const [row, [meterNo, interval, timeMs, value, quality, id, buildingId, type]] of rows.entries()) {
    stored.meterNos[row] = meterNo;
    stored.intervals[row] = interval;
    stored.timesMs[row] = timeMs;
    stored.values[row] = value;
    stored.qualities[row] = quality;
    meters.set(meterNo, { id, buildingId, type });
  }
  return { stored, meters };
}
