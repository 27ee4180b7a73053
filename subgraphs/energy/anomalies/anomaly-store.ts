import type { ClientBase } from 'pg';
import type { NewEvent } from '../../../platform/bus/types.ts';
import { instants } from '../store/targets.ts';
import type { Anomaly } from './detector-state.ts';
import { severities } from './kinds.ts';

export interface FoundAnomaly {
  readonly meterNo: number;
  readonly anomaly: Anomaly;
}

export interface WrittenAnomaly {
  readonly id: string;
  readonly meterNo: number;
  readonly kind: string;
  readonly startMs: number;
  /** It was not there before. */
  readonly isNew: boolean;
}

export const expectedOf = ({ expectedSum, hours }: Anomaly): number | null =>
  hours === 0 ? null : expectedSum / hours;
export const actualOf = ({ actualSum, hours }: Anomaly): number | null =>
  hours === 0 ? null : actualSum / hours;

/** Writes anomalies as they are now: a new row, or what has changed of the known one. By the unique index on meter, kind and start. */
export async function writeAnomalies(
  client: ClientBase,
  found: readonly FoundAnomaly[],
): Promise<readonly WrittenAnomaly[]> {
  if (found.length === 0) return [];
  const anomalies = found.map(({ anomaly }) => anomaly);
  const { rows } = await client.query<{
    id: string;
    meter_no: number;
    kind: string;
    started_at: Date;
    is_new: boolean;
  }>(
    `insert into energy.anomaly as known (meter_no, kind, severity, started_at, ended_at, open, found_at, expected, actual)
     select * from unnest($1::int[], $2::text[], $3::smallint[], $4::timestamptz[], $5::timestamptz[], $6::boolean[],
       $7::timestamptz[], $8::float8[], $9::float8[])
     on conflict (meter_no, kind, started_at) do update set
       severity = excluded.severity, ended_at = excluded.ended_at, open = excluded.open,
       expected = excluded.expected, actual = excluded.actual
     returning id, meter_no, kind, started_at, xmax = 0 as is_new`,
    [
      found.map(({ meterNo }) => meterNo),
      anomalies.map(({ kind }) => kind),
      anomalies.map(({ severity }) => severities.indexOf(severity)),
      instants(anomalies.map(({ startMs }) => startMs)),
      instants(anomalies.map(({ endMs }) => endMs)),
      anomalies.map(({ open }) => open),
      instants(anomalies.map(({ foundMs }) => foundMs)),
      anomalies.map(expectedOf),
      anomalies.map(actualOf),
    ],
  );
  return rows.map(({ id, meter_no, kind, started_at, is_new }) => ({
    ...{ id, kind, meterNo: meter_no, startMs: started_at.getTime(), isNew: is_new },
  }));
}

/** Events that are to be told when the transaction is there. */
export async function noteDue(client: ClientBase, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await client.query('insert into energy.anomaly_due (event) select unnest($1::jsonb[])', [
    events.map((event) => JSON.stringify(event)),
  ]);
}
