import type { Database, Grant } from './database.ts';
import { instants } from './targets.ts';

/** A stretch of time, Unix ms: start included, end excluded. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface WindowReading {
  /** Place of the window in the list asked for. */
  readonly window: number;
  readonly meterId: string;
  /** Start of the interval, Unix ms. */
  readonly timeMs: number;
  readonly intervalSeconds: number;
  readonly value: number;
}

/** Raw readings of some meters within some windows; by the primary key of energy.reading, a range for each meter and window. */
export async function readWindows(
  db: Database,
  grant: Grant,
  meterNos: readonly number[],
  windows: readonly Window[],
): Promise<readonly WindowReading[]> {
  const { rows } = await db.query<WindowReading>(
    `select w.place::int - 1 as window, m.id as "meterId", extract(epoch from r.time)::float8 * 1000 as "timeMs",
            r.interval_s as "intervalSeconds", r.value
     from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as w(from_time, to_time, place)
     cross join unnest($3::int[]) as asked(meter_no)
     join energy.meter m on m.meter_no = asked.meter_no and ($4::text[] is null or m.building_id = any($4))
     join energy.reading r on r.meter_no = asked.meter_no and r.time >= w.from_time and r.time < w.to_time`,
    [
      instants(windows.map(({ fromMs }) => fromMs)),
      instants(windows.map(({ toMs }) => toMs)),
      meterNos,
      grant,
    ],
  );
  return rows;
}
