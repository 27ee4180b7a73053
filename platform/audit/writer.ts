import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { beginning } from '../bus/position.ts';
import type { Bus, Delivery } from '../bus/types.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { AnchorStore } from './anchor.ts';
import { append, ChainMoved, type Head, readHead } from './store.ts';
import { type AuditRecord, auditTopic } from './types.ts';

export interface AuditWriterOptions {
  readonly pool: Pool;
  readonly bus: Pick<Bus, 'follow'>;
  readonly anchors: readonly AnchorStore[];
  readonly log: Pick<Logger, 'error' | 'warn'>;
  readonly signal: AbortSignal;
  readonly maxBatch?: number | undefined;
}

/**
 * The one writer of the chain (let it lead): follows the stream from where the chain stands, appends what came, then moves
 * the anchors. While PostgreSQL is away it waits; nothing is passed over. Resolves when the signal aborts, or when another
 * writer has moved the chain.
 */
export async function writeAudit(options: AuditWriterOptions): Promise<void> {
  const { pool, bus, anchors, log, signal, maxBatch = 500 } = options;
  let head = await insist(() => readHead(pool), { log, signal });
  if (head === undefined) return;
  const deliveries = bus.follow(auditTopic, { after: head.position ?? beginning, signal, maxQueued: 10_000 });
  const batches = inBatches(deliveries, maxBatch);
  try {
    for await (const batch of batches) {
      const last = batch.at(-1);
      if (last === undefined) continue;
      const from: string | null = head.position;
      const records = batch.map(recordOf);
      const moved: Head | undefined = await insist(() => append(pool, { records, from, to: last.position }), {
        log,
        signal,
      });
      if (moved === undefined) return;
      head = moved;
      await moveAnchors(anchors, head, log);
    }
  } catch (error) {
    if (!(error instanceof ChainMoved)) throw error;
    log.warn('Another writer of the audit has taken over.');
  }
}

/** Until it is done; undefined when nobody wants it any more. @throws ChainMoved */
async function insist<T>(
  work: () => Promise<T>,
  { log, signal }: { readonly log: AuditWriterOptions['log']; readonly signal: AbortSignal },
): Promise<T | undefined> {
  for (let pauseMs = 100; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 5_000)) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ChainMoved) throw error;
      log.error({ err: error }, 'Records of the audit can not be stored now; they wait in the stream.');
      await delay(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
  return undefined;
}

async function moveAnchors(
  anchors: readonly AnchorStore[],
  { seq, hash }: Head,
  log: AuditWriterOptions['log'],
): Promise<void> {
  await Promise.all(
    anchors.map((anchor) =>
      anchor
        .write({ seq, hash: hash.toString('hex') })
        .catch((err: unknown) =>
          log.error({ err }, `The anchor of the audit (${anchor.name}) can not be moved.`),
        ),
    ),
  );
}

/** What the stream has lost is on record as well. */
function recordOf(delivery: Delivery): AuditRecord {
  if (delivery.kind === 'event') return delivery.event.data as AuditRecord;
  const { from, to, reason } = delivery;
  return {
    id: randomUUID(),
    atMs: Date.parse(to),
    kind: 'admin',
    what: 'audit.gap',
    arguments: { from, to, reason },
    outcome: 'failed',
  };
}

/** All that has come while the last batch was dealt with, as one. */
async function* inBatches<T>(source: AsyncIterator<T>, maxBatch: number): AsyncGenerator<readonly T[]> {
  let next = source.next();
  for (;;) {
    const first = await next;
    if (first.done === true) return;
    const batch = [first.value];
    next = source.next();
    while (batch.length < maxBatch) {
      const ready = await Promise.race([next, nothingNow()]);
      if (ready === undefined || ready.done === true) break;
      batch.push(ready.value);
      next = source.next();
    }
    yield batch;
  }
}

const nothingNow = (): Promise<undefined> => new Promise((resolve) => setImmediate(() => resolve(undefined)));
