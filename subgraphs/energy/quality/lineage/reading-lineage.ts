import { type Quality, qualities } from '../../domain.ts';
import type { Database, Grant } from '../../store/database.ts';

/** Where what stands in a span came from: a reading's, or a rollup's, which is all of its readings'. */
export interface ReadingLineage {
  /** Start of the span, included, and its end, excluded. */
  readonly from: Date;
  readonly to: Date;
  readonly readings: number;
  readonly byQuality: readonly {
    readonly quality: Quality;
    readonly rule: string | null;
    readonly readings: number;
  }[];
  /** What brought them, the oldest first. */
  readonly origins: readonly LineageOrigin[];
  /** What stood there before or was refused, the newest first; not all of very many. */
  readonly setAside: readonly SetAside[];
}

export interface LineageOrigin {
  readonly kind: string;
  readonly source: string;
  readonly eventId: string | null;
  readonly topic: string | null;
  readonly partition: number | null;
  readonly position: string | null;
  readonly schemaVersion: number | null;
  readonly rulesVersion: string | null;
  readonly runId: string | null;
  readonly receivedAt: Date;
  readonly storedAt: Date;
  /** Readings of the span that it brought. */
  readonly readings: number;
}

export interface SetAside {
  readonly time: Date;
  readonly value: number;
  readonly intervalSeconds: number;
  readonly quality: Quality | null;
  readonly rule: string | null;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
  readonly editId: string | null;
  /** Why the person did it. */
  readonly editReason: string | null;
}

export interface LineageSpan {
  readonly meterNo: number;
  readonly fromMs: number;
  readonly toMs: number;
}

const mostSetAside = 200;

/** Lineage of spans, in the order given: three statements for however many. By the primary key, and the index of what is set aside. */
export async function readLineage(
  db: Database,
  grant: Grant,
  spans: readonly LineageSpan[],
): Promise<readonly ReadingLineage[]> {
  const parameters = [
    spans.map(({ meterNo }) => meterNo),
    spans.map(({ fromMs }) => fromMs),
    spans.map(({ toMs }) => toMs),
    grant,
  ];
  const [kinds, origins, setAside] = await Promise.all([
    db.query<KindRow>(
      `select s.key, r.quality, v.name as rule, count(*)::int as readings
       ${readingsOfSpans} left join energy.vee_rule v on v.no = r.rule
       group by s.key, r.quality, v.name order by s.key, r.quality, v.name`,
      parameters,
    ),
    db.query<OriginRow>(
      `select s.key, o.*, r.readings from (
         select s.key, r.origin, count(*)::int as readings ${readingsOfSpans} where r.origin is not null group by s.key, r.origin
       ) r join energy.origin o on o.id = r.origin cross join lateral (select r.key) s
       order by s.key, o.stored_at, o.id`,
      parameters,
    ),
    db.query<SetAsideRow>(
      `select s.key, a.*, v.name as rule_name, e.reason as edit_reason
       ${spansOf}
       cross join lateral (
         select * from energy.reading_set_aside
         where meter_no = s.meter_no and time >= to_timestamp(s.from_ms / 1000) and time < to_timestamp(s.to_ms / 1000)
         order by id desc limit ${mostSetAside}
       ) a
       left join energy.vee_rule v on v.no = a.rule left join energy.edit e on e.id = a.edit
       order by s.key, a.id desc`,
      parameters,
    ),
  ]);
  return spans.map(({ fromMs, toMs }, index): ReadingLineage => {
    const ofSpan = <T extends { readonly key: number }>({
      rows,
    }: {
      readonly rows: readonly T[];
    }): readonly T[] => rows.filter(({ key }) => key === index + 1);
    const byQuality = ofSpan(kinds).map(({ quality, rule, readings }) => ({
      quality: qualities[quality] ?? 'SUSPECT',
      rule,
      readings,
    }));
    return {
      from: new Date(fromMs),
      to: new Date(toMs),
      readings: byQuality.reduce((sum, { readings }) => sum + readings, 0),
      byQuality,
      origins: ofSpan(origins).map(toOrigin),
      setAside: ofSpan(setAside).map(toSetAside),
    };
  });
}

const spansOf = `from unnest($1::int[], $2::float8[], $3::float8[]) with ordinality as s(meter_no, from_ms, to_ms, key)
  join energy.meter m on m.meter_no = s.meter_no and ($4::text[] is null or m.building_id = any($4))`;
const readingsOfSpans = `${spansOf}
  join energy.reading r on r.meter_no = s.meter_no and r.time >= to_timestamp(s.from_ms / 1000) and r.time < to_timestamp(s.to_ms / 1000)`;

interface KindRow {
  readonly key: number;
  readonly quality: number;
  readonly rule: string | null;
  readonly readings: number;
}

interface OriginRow {
  readonly key: number;
  readonly kind: string;
  readonly source: string;
  readonly event_id: string | null;
  readonly topic: string | null;
  readonly partition: number | null;
  readonly position: string | null;
  readonly event_version: number | null;
  readonly rules_version: string | null;
  readonly run_id: string | null;
  readonly received_at: Date;
  readonly stored_at: Date;
  readonly readings: number;
}

const toOrigin = (row: OriginRow): LineageOrigin => ({
  kind: row.kind,
  source: row.source,
  eventId: row.event_id,
  topic: row.topic,
  partition: row.partition,
  position: row.position,
  schemaVersion: row.event_version,
  rulesVersion: row.rules_version,
  runId: row.run_id,
  receivedAt: row.received_at,
  storedAt: row.stored_at,
  readings: row.readings,
});

interface SetAsideRow {
  readonly key: number;
  readonly time: Date;
  readonly value: number;
  readonly interval_s: number;
  readonly quality: number;
  readonly rule_name: string | null;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
  readonly edit: string | null;
  readonly edit_reason: string | null;
}

const toSetAside = (row: SetAsideRow): SetAside => ({
  time: row.time,
  value: row.value,
  intervalSeconds: row.interval_s,
  quality: qualities[row.quality] ?? null,
  rule: row.rule_name,
  reason: row.reason,
  by: row.by,
  at: row.at,
  editId: row.edit === null ? null : String(row.edit),
  editReason: row.edit_reason,
});
