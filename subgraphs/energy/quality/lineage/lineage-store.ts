import type { Pool } from 'pg';
import type { LineageSink } from '../../../../platform/openlineage/lineage.ts';
import type { RunEvent, RunState } from '../../../../platform/openlineage/run-event.ts';
import type { Database } from '../../store/database.ts';

/** Keeps run events in energy.lineage_event. */
export function createLineageStore(pool: Pool): LineageSink {
  return {
    name: 'PostgreSQL',
    async record(event) {
      await pool.query(
        'insert into energy.lineage_event (run_id, job, state, at, event) values ($1, $2, $3, $4, $5)',
        [event.run.runId, event.job.name, event.eventType, event.eventTime, JSON.stringify(event)],
      );
    },
  };
}

/** A run, from all its events. */
export interface LineageRun {
  readonly runId: string;
  readonly job: string;
  /** The newest event's. */
  readonly state: RunState;
  readonly startedAt: Date;
  /** Null while it runs, or when its process died. */
  readonly endedAt: Date | null;
  readonly error: string | null;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly rowsWritten: number | null;
}

interface RunRow {
  readonly run_id: string;
  readonly job: string;
  readonly started_at: Date;
  readonly last_at: Date;
  readonly last: RunEvent;
}

/** The newest runs, newest first, of one job when it is named; by the index on job or the primary key. */
export async function latestRuns(
  db: Database,
  job: string | null,
  limit: number,
): Promise<readonly LineageRun[]> {
  const { rows } = await db.query<RunRow>(
    `select s.run_id, s.job, s.at as started_at, l.at as last_at, l.event as last
     from (
       select id, run_id, job, at from energy.lineage_event
       where state = 'START' and ($1::text is null or job = $1) order by id desc limit $2
     ) s
     cross join lateral (select at, event from energy.lineage_event where run_id = s.run_id order by id desc limit 1) l
     order by s.id desc`,
    [job, limit],
  );
  return rows.map(toRun);
}

function toRun({ run_id, job, started_at, last_at, last }: RunRow): LineageRun {
  const message = last.run.facets['errorMessage']?.['message'];
  const rows = last.outputs.map(({ outputFacets }) => outputFacets?.['outputStatistics']?.['rowCount']);
  const counted = rows.filter((count) => typeof count === 'number');
  return {
    runId: run_id,
    job,
    state: last.eventType,
    startedAt: started_at,
    endedAt: last.eventType === 'START' ? null : last_at,
    error: typeof message === 'string' ? message : null,
    inputs: last.inputs.map(nameOf),
    outputs: last.outputs.map(nameOf),
    rowsWritten: counted.length === 0 ? null : counted.reduce((sum, count) => sum + count, 0),
  };
}

const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}:${name}`;
