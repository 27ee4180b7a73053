import type { ClientBase, Pool } from 'pg';
import type { Database, Grant } from '../../store/database.ts';
import type { RevisedReading } from '../revise.ts';
import { type Edit, type EditOperation, type EditRange, editedRule } from './edit.ts';

type Client = Pick<ClientBase | Pool, 'query'>;

interface StandingRow {
  readonly time_ms: number;
  readonly interval_s: number;
  readonly value: number;
  readonly quality: number;
  readonly rule: number | null;
  readonly origin: number | null;
}

const columnsOf = (table: string): string =>
  `(extract(epoch from ${table}.time) * 1000)::float8 as time_ms, ${table}.interval_s, ${table}.value, ${table}.quality, ${table}.rule, ${table}.origin`;

const toStanding = (row: StandingRow): RevisedReading => ({
  timeMs: row.time_ms,
  intervalSeconds: row.interval_s,
  value: row.value,
  quality: row.quality,
  rule: row.rule,
  origin: row.origin,
});

/** What stands in a range, one more than may be edited at most; by the primary key. */
export async function readStanding(
  client: Client,
  meterNo: number,
  { fromMs, toMs }: EditRange,
  limit: number,
): Promise<readonly RevisedReading[]> {
  const { rows } = await client.query<StandingRow>(
    `select ${columnsOf('r')} from energy.reading r
     where meter_no = $1 and time >= to_timestamp($2::float8 / 1000) and time < to_timestamp($3::float8 / 1000)
     order by time limit $4`,
    [meterNo, fromMs, toMs, limit],
  );
  return rows.map(toStanding);
}

/** What was measured where now an edit stands, or nothing because of one; by the index on (meter_no, time). */
export async function readOriginals(
  client: Client,
  meterNo: number,
  { fromMs, toMs }: EditRange,
): Promise<readonly RevisedReading[]> {
  const { rows } = await client.query<StandingRow>(
    `select distinct on (a.time) ${columnsOf('a')}
     from energy.reading_set_aside a
     left join energy.reading r on r.meter_no = a.meter_no and r.time = a.time
     where a.meter_no = $1 and a.time >= to_timestamp($2::float8 / 1000) and a.time < to_timestamp($3::float8 / 1000)
       and a.edit is not null and a.rule is distinct from $4 and (r.meter_no is null or r.rule = $4)
     order by a.time, a.id desc`,
    [meterNo, fromMs, toMs, editedRule],
  );
  return rows.map(toStanding);
}

export interface NewEdit {
  readonly meterNo: number;
  readonly origin: number;
  readonly operation: EditOperation;
  readonly reason: string;
  readonly by: string;
  /** Where it reaches. */
  readonly range: EditRange;
  readonly changed: number;
}

export async function insertEdit(client: Client, edit: NewEdit): Promise<string> {
  const { operation, range } = edit;
  const { rows } = await client.query<{ id: string }>(
    `insert into energy.edit (meter_no, origin, operation, factor, reason, by, from_time, to_time, changed)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000), to_timestamp($8::float8 / 1000), $9) returning id::text`,
    [
      ...[edit.meterNo, edit.origin, operation.kind, operation.kind === 'SCALE' ? operation.factor : null],
      ...[edit.reason, edit.by],
      ...[range.fromMs, range.toMs, edit.changed],
    ],
  );
  return rows[0]?.id ?? '';
}

export interface UndoableEdit {
  readonly meterNo: number;
  readonly meterId: string;
  readonly operation: EditOperation['kind'];
  readonly origin: number;
  readonly undone: boolean;
}

/** The edit, when it is there and its building may be seen; held for this transaction. */
export async function lockEdit(client: Client, grant: Grant, id: string): Promise<UndoableEdit | null> {
  const { rows } = await client.query<{
    meter_no: number;
    id: string;
    operation: EditOperation['kind'];
    origin: number;
    undone: boolean;
  }>(
    `select e.meter_no, m.id, e.operation, e.origin, e.undone_at is not null as undone
     from energy.edit e join energy.meter m using (meter_no)
     where e.id = $1 and ($2::text[] is null or m.building_id = any($2)) for update of e`,
    [id, grant],
  );
  const row = rows[0];
  return row === undefined ? null : { ...row, meterNo: row.meter_no, meterId: row.id };
}

export interface Undoing {
  /** What the edit set aside, and nothing newer has taken the place of. */
  readonly put: readonly RevisedReading[];
  /** Starts of what it added where nothing stood, Unix ms. */
  readonly remove: readonly number[];
}

/** What would stand without the edit. Where somebody changed a reading after it, theirs stays. */
export async function readUndoing(
  client: Client,
  id: string,
  { meterNo, origin }: UndoableEdit,
): Promise<Undoing> {
  const { rows: put } = await client.query<StandingRow>(
    `select ${columnsOf('a')}
     from energy.reading_set_aside a
     left join energy.reading r on r.meter_no = a.meter_no and r.time = a.time
     where a.edit = $1 and (r.origin = $2 or (r.meter_no is null and not exists (
       select from energy.reading_set_aside later where later.meter_no = a.meter_no and later.time = a.time and later.id > a.id
     )))
     order by a.time`,
    [id, origin],
  );
  const { rows: remove } = await client.query<{ time_ms: number }>(
    `select (extract(epoch from r.time) * 1000)::float8 as time_ms
     from energy.edit e
     join energy.reading r on r.meter_no = e.meter_no and r.time >= e.from_time and r.time < e.to_time and r.origin = e.origin
     where e.id = $1 and e.meter_no = $2
       and not exists (select from energy.reading_set_aside a where a.edit = e.id and a.meter_no = r.meter_no and a.time = r.time)`,
    [id, meterNo],
  );
  return { put: put.map(toStanding), remove: remove.map(({ time_ms }) => time_ms) };
}

export async function markUndone(client: Client, id: string, by: string, reason: string): Promise<void> {
  await client.query(
    'update energy.edit set undone_by = $2, undone_reason = $3, undone_at = now() where id = $1',
    [id, by, reason],
  );
}

interface EditRow {
  readonly id: string;
  readonly meter_no: number;
  readonly meter_id: string;
  readonly operation: EditOperation['kind'];
  readonly factor: number | null;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
  readonly from_time: Date;
  readonly to_time: Date;
  readonly changed: number;
  readonly undone_by: string | null;
  readonly undone_reason: string | null;
  readonly undone_at: Date | null;
}

const toEdit = (row: EditRow): Edit => ({
  id: row.id,
  meterId: row.meter_id,
  operation: row.operation,
  factor: row.factor,
  reason: row.reason,
  by: row.by,
  at: row.at,
  from: row.from_time,
  to: row.to_time,
  changed: row.changed,
  undoneBy: row.undone_by,
  undoneReason: row.undone_reason,
  undoneAt: row.undone_at,
});

const selectEdits = `select e.id::text, e.meter_no, m.id as meter_id, e.operation, e.factor, e.reason, e.by, e.at, e.from_time,
    e.to_time, e.changed, e.undone_by, e.undone_reason, e.undone_at
  from energy.edit e join energy.meter m using (meter_no)`;

export async function findEdit(client: Client, id: string): Promise<Edit | null> {
  const { rows } = await client.query<EditRow>(`${selectEdits} where e.id = $1`, [id]);
  return rows[0] === undefined ? null : toEdit(rows[0]);
}

/** The newest edits of each of several meters, newest first; by the index on (meter_no, id). */
export async function latestEdits(
  db: Database,
  grant: Grant,
  meterNos: readonly number[],
  limit: number,
): Promise<ReadonlyMap<number, readonly Edit[]>> {
  const { rows } = await db.query<EditRow>(
    `select one.* from unnest($1::int[]) as asked(meter_no)
     cross join lateral (
       ${selectEdits} where e.meter_no = asked.meter_no and ($2::text[] is null or m.building_id = any($2))
       order by e.id desc limit $3
     ) one`,
    [meterNos, grant, limit],
  );
  return new Map(
    [...Map.groupBy(rows, ({ meter_no }) => meter_no)].map(([meterNo, some]) => [meterNo, some.map(toEdit)]),
  );
}
