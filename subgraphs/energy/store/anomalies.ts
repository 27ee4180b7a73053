import { type AnomalyKind, type Severity, severities } from '../anomalies/kinds.ts';
import type { MeterType } from '../domain.ts';
import type { Database, Grant } from './database.ts';

export interface StoredAnomaly {
  readonly id: string;
  readonly meterId: string;
  readonly buildingId: string;
  readonly type: MeterType;
  readonly kind: AnomalyKind;
  readonly severity: Severity;
  readonly start: Date;
  /** As far as is known; excluded. */
  readonly end: Date;
  readonly open: boolean;
  readonly foundAt: Date;
  readonly expected: number | null;
  readonly actual: number | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: Date | null;
  readonly note: string | null;
}

/** All conditions must hold; null means no condition. */
export interface AnomalyConditions {
  readonly kinds: readonly AnomalyKind[] | null;
  readonly leastSeverity: Severity | null;
  readonly open: boolean | null;
  readonly acknowledged: boolean | null;
  /** Those that touch the time from here on, and up to here. */
  readonly from: Date | null;
  readonly to: Date | null;
}

export interface AnomalyPage {
  readonly limit: number;
  /** Start and id of the anomaly behind which the page begins. */
  readonly after: readonly [startMs: number, id: number] | null;
}

/** What pages are asked of: everything that may be seen, buildings, or meters. */
export type AnomalyScope = 'all' | 'building' | 'meter';

/** A page of each key, newest first; one statement whatever their number, by the index on meter and start. */
export async function pageAnomalies(
  db: Database,
  grant: Grant,
  { scope, keys }: { readonly scope: AnomalyScope; readonly keys: readonly string[] },
  { kinds, leastSeverity, open, acknowledged, from, to }: AnomalyConditions,
  { limit, after }: AnomalyPage,
): Promise<ReadonlyMap<string, readonly StoredAnomaly[]>> {
  const { rows } = await db.query<AnomalyRow & { readonly key: string }>(
    `select asked.key, a.* from unnest($1::text[]) as asked(key)
     cross join lateral (
       select ${columns} ${tables}
       where ${scopes[scope]} and ($2::text[] is null or m.building_id = any($2))
         and ($3::text[] is null or a.kind = any($3)) and a.severity >= $4
         and ($5::boolean is null or a.open = $5)
         and ($6::boolean is null or (a.acknowledged_at is not null) = $6)
         and ($7::timestamptz is null or a.ended_at > $7) and ($8::timestamptz is null or a.started_at < $8)
         and ($9::timestamptz is null or (a.started_at, a.id) < ($9, $10::bigint))
       order by a.started_at desc, a.id desc limit $11
     ) a
     order by a.started_at desc, a.id::bigint desc`,
    [
      ...[
        keys,
        grant,
        kinds,
        leastSeverity === null ? 0 : severities.indexOf(leastSeverity),
        open,
        acknowledged,
      ],
      ...[from, to, after === null ? null : new Date(after[0]), after === null ? null : after[1], limit],
    ],
  );
  const pages = new Map<string, StoredAnomaly[]>();
  for (const row of rows) {
    const page = pages.get(row.key) ?? [];
    page.push(toAnomaly(row));
    pages.set(row.key, page);
  }
  return pages;
}

/** By id, those that may be seen; by the primary key. */
export async function findAnomalies(
  db: Database,
  grant: Grant,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredAnomaly>> {
  const { rows } = await db.query<AnomalyRow>(
    `select ${columns} ${tables} where a.id = any($1::bigint[]) and ($2::text[] is null or m.building_id = any($2))`,
    [ids.filter((id) => /^\d{1,18}$/.test(id)), grant],
  );
  return new Map(rows.map((row) => [row.id, toAnomaly(row)]));
}

/** Takes note of an anomaly for a person; a later one replaces it. */
export async function acknowledge(
  db: Database,
  { id, by, note }: { readonly id: string; readonly by: string; readonly note: string | null },
): Promise<void> {
  await db.query(
    'update energy.anomaly set acknowledged_by = $2, acknowledged_at = now(), note = $3 where id = $1::bigint',
    [id, by, note],
  );
}

const scopes: Readonly<Record<AnomalyScope, string>> = {
  all: 'true',
  building: 'm.building_id = asked.key',
  meter: 'm.id = asked.key',
};

const tables = 'from energy.anomaly a join energy.meter m on m.meter_no = a.meter_no';
const columns = `a.id::text, m.id as meter_id, m.building_id, m.type, a.kind, a.severity, a.started_at, a.ended_at, a.open,
  a.found_at, a.expected, a.actual, a.acknowledged_by, a.acknowledged_at, a.note`;

interface AnomalyRow {
  readonly id: string;
  readonly meter_id: string;
  readonly building_id: string;
  readonly type: MeterType;
  readonly kind: AnomalyKind;
  readonly severity: number;
  readonly started_at: Date;
  readonly ended_at: Date;
  readonly open: boolean;
  readonly found_at: Date;
  readonly expected: number | null;
  readonly actual: number | null;
  readonly acknowledged_by: string | null;
  readonly acknowledged_at: Date | null;
  readonly note: string | null;
}

const toAnomaly = (row: AnomalyRow): StoredAnomaly => ({
  id: row.id,
  meterId: row.meter_id,
  buildingId: row.building_id,
  type: row.type,
  kind: row.kind,
  severity: severities[row.severity] ?? 'INFO',
  start: row.started_at,
  end: row.ended_at,
  open: row.open,
  foundAt: row.found_at,
  expected: row.expected,
  actual: row.actual,
  acknowledgedBy: row.acknowledged_by,
  acknowledgedAt: row.acknowledged_at,
  note: row.note,
});
