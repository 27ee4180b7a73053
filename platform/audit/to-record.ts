import { parseTraceparent } from '../telemetry/traceparent.ts';
import { masked, maskedText } from './mask.ts';
import type { AuditEntry, AuditRecord } from './types.ts';

/** An entry as it goes on record. Fields without a value are left out; a record's text is its identity, so their order is fixed. */
export function toRecord(entry: AuditEntry, { id, atMs }: { id: string; atMs: number }): AuditRecord {
  const { who, origin } = entry;
  const record: { [Name in keyof AuditRecord]: AuditRecord[Name] | undefined } = {
    id,
    atMs,
    kind: entry.kind,
    what: maskedText(entry.what, 190) || '(nothing)',
    arguments: entry.arguments === undefined ? undefined : masked(entry.arguments),
    outcome: entry.outcome,
    code: entry.code,
    begun: entry.begun,
    subject: who && maskedText(who.subject, 490),
    roles: who && [...who.roles],
    keyPrefix: who?.keyPrefix,
    address: origin?.address,
    userAgent: origin?.userAgent === undefined ? undefined : maskedText(origin.userAgent, 290),
    door: origin?.door,
    traceId: parseTraceparent(entry.traceparent)?.traceId,
  };
  return JSON.parse(JSON.stringify(record)) as AuditRecord;
}
