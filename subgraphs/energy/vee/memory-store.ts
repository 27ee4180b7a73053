import { deserialize, serialize } from 'node:v8';
import type { ClientBase } from 'pg';
import { instants } from '../store/targets.ts';
import type { MeterRulesOverride } from './rules.ts';

/** What is remembered of meters, by meter number, those that there are; by the primary key. */
export async function readMemories(
  client: ClientBase,
  part: string,
  meterNos: readonly number[],
): Promise<ReadonlyMap<number, unknown>> {
  const { rows } = await client.query<{ meter_no: number; state: Buffer }>(
    'select meter_no, state from energy.meter_memory where part = $1 and meter_no = any($2::int[])',
    [part, meterNos],
  );
  return new Map(rows.map(({ meter_no, state }) => [meter_no, deserialize(state)]));
}

export async function writeMemories(
  client: ClientBase,
  part: string,
  memories: readonly (readonly [meterNo: number, state: unknown])[],
): Promise<void> {
  if (memories.length === 0) return;
  await client.query(
    `insert into energy.meter_memory (meter_no, part, state)
     select meter_no, $1, state from unnest($2::int[], $3::bytea[]) as m(meter_no, state)
     on conflict (meter_no, part) do update set state = excluded.state, at = now()`,
    [part, memories.map(([meterNo]) => meterNo), memories.map(([, state]) => serialize(state))],
  );
}

/** Overrides by meter number. */
export async function readOverrides(
  client: ClientBase,
  meterNos: readonly number[],
): Promise<ReadonlyMap<number, MeterRulesOverride>> {
  const { rows } = await client.query<{ meter_no: number; rules: MeterRulesOverride }>(
    'select meter_no, rules from energy.vee_override where meter_no = any($1::int[])',
    [meterNos],
  );
  return new Map(rows.map(({ meter_no, rules }) => [meter_no, rules]));
}

export interface PastReading {
  readonly meterNo: number;
  readonly timeMs: number;
  readonly intervalSeconds: number;
  readonly value: number;
}

const estimated = 2;

/** What was measured of meters between two instants each (both excluded), in the order of (meter, time); by the primary key. */
export async function readPast(
  client: ClientBase,
  spans: readonly { readonly meterNo: number; readonly fromMs: number; readonly toMs: number }[],
): Promise<readonly PastReading[]> {
  const { rows } = await client.query<[number, number, number, number]>({
    rowMode: 'array',
    text: `select r.meter_no, (extract(epoch from r.time) * 1000)::float8, r.interval_s, r.value
      from unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) as s(meter_no, from_time, to_time)
      cross join lateral (
        select * from energy.reading r
        where r.meter_no = s.meter_no and r.time > s.from_time and r.time < s.to_time and r.quality <> ${estimated}
      ) r
      order by r.meter_no, r.time`,
    values: [
      spans.map(({ meterNo }) => meterNo),
      instants(spans.map(({ fromMs }) => fromMs)),
      instants(spans.map(({ toMs }) => toMs)),
    ],
  });
  return rows.map(([meterNo, timeMs, intervalSeconds, value]) => ({
    meterNo,
    timeMs,
    intervalSeconds,
    value,
  }));
}
