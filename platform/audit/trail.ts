import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bus, NewEvent } from '../bus/types.ts';
import { EaioError } from '../errors/eaio-error.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createRefusals } from './refusals.ts';
import { toRecord } from './to-record.ts';
import { type Audit, type AuditEntry, type AuditRecord, auditEventType } from './types.ts';

export interface AuditTrailOptions {
  readonly bus: Pick<Bus, 'publish'>;
  readonly metrics: Metrics;
  readonly log: Pick<Logger, 'error' | 'info'>;
  /** Who publishes: `/edge`. */
  readonly source: string;
  readonly clock?: (() => number) | undefined;
  /** Records that wait in memory while the path is broken; default 10,000. What comes then is counted as lost, loudly. */
  readonly maxWaiting?: number | undefined;
  /** Equal refusals within this time become one record with a count; default 10 s. */
  readonly mergeMs?: number | undefined;
}

export interface AuditTrail extends Audit, AsyncDisposable {}

const batchSize = 200;
const maxPauseMs = 2_000;
const lastWordsMs = 2_000;

/**
 * Deeds go to the bus, whose one writer puts them into the chain: what only reads never waits for it. A command waits until
 * Redis has the record of its beginning, and is refused when that can't be had.
 */
export function createAuditTrail(options: AuditTrailOptions): AuditTrail {
  const { bus, metrics, log, source, clock = Date.now, maxWaiting = 10_000, mergeMs = 10_000 } = options;
  const waiting: AuditRecord[] = [];
  const refusals = createRefusals({ mergeMs, clock, give: enqueue });
  const closing = new AbortController();
  let lost = 0;
  let broken: string | undefined;
  let sending: Promise<void> | undefined;

  const recorded = metrics.counter({
    name: 'eaio_audit_records_total',
    help: 'Deeds put on record.',
    labels: ['kind', 'outcome'],
  });
  const lostRecords = metrics.counter({
    name: 'eaio_audit_lost_records_total',
    help: 'Deeds that could not be put on record: the path was broken for too long.',
  });
  metrics.gauge({
    name: 'eaio_audit_path_up',
    help: '1 while deeds can be put on record; 0: commands are refused.',
    collect: (gauge) => gauge.set(broken === undefined ? 1 : 0),
  });

  async function publish(records: readonly AuditRecord[]): Promise<void> {
    try {
      await bus.publish(records.map((data): NewEvent => ({ type: auditEventType, source, data })));
      for (const { kind, outcome } of records) recorded.inc({ kind, outcome });
      if (broken !== undefined) log.info('Deeds are put on record again; commands are taken again.');
      broken = undefined;
    } catch (error) {
      if (broken === undefined)
        log.error({ err: error }, 'The audit path is broken: commands are refused until it is whole again.');
      broken = 'Deeds can not be put on record; commands are refused.';
      throw error;
    }
  }

  function enqueue(record: AuditRecord): void {
    if (waiting.length >= maxWaiting) {
      if (lost === 0) log.error('Records of the audit are being lost: the path is broken for too long.');
      lost += 1;
      lostRecords.inc();
      return;
    }
    waiting.push(record);
    sending ??= sendAll().finally(() => {
      sending = undefined;
    });
  }

  async function sendAll(): Promise<void> {
    // What comes in one turn of the event loop goes out together.
    await Promise.resolve();
    for (let pauseMs = 50; waiting.length > 0; ) {
      const batch = waiting.slice(0, batchSize);
      try {
        await publish(batch);
        waiting.splice(0, batch.length);
        pauseMs = 50;
        if (waiting.length === 0 && lost > 0) waiting.push(ownUpTo());
      } catch {
        if (closing.signal.aborted) return;
        await delay(pauseMs, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, maxPauseMs);
      }
    }
  }

  /** The chain itself says how much is missing from it. */
  function ownUpTo(): AuditRecord {
    const entry: AuditEntry = { kind: 'admin', what: 'audit.lost', outcome: 'failed', arguments: { lost } };
    lost = 0;
    return stamped(entry);
  }

  const stamped = (entry: AuditEntry) => toRecord(entry, { id: randomUUID(), atMs: clock() });

  return {
    record(entry) {
      const record = stamped(entry);
      if (entry.outcome === 'denied') refusals.add(record);
      else enqueue(record);
    },
    async recordFirst(entry) {
      const record = stamped(entry);
      try {
        await publish([record]);
      } catch (cause) {
        throw new EaioError(
          'DEPENDENCY_UNAVAILABLE',
          'This can not be put on record now, and what is not on record is not done: try again in a moment.',
          { cause },
        );
      }
      return record.id;
    },
    health: () => (broken === undefined ? { status: 'ok' } : { status: 'degraded', reason: broken }),
    async [Symbol.asyncDispose]() {
      refusals.close();
      const gaveUp = setTimeout(() => closing.abort(), lastWordsMs);
      await sending;
      clearTimeout(gaveUp);
      if (waiting.length > 0)
        log.error({ records: waiting.length }, 'Records of the audit are lost with this process.');
    },
  };
}
