import type { Pool } from 'pg';
import type { Lineage } from '../../../../platform/openlineage/lineage.ts';
import { lineageNamespace } from '../../../../platform/openlineage/run-event.ts';
import { inTransaction } from '../../../../platform/postgres/transaction.ts';
import type { RedisConnection } from '../../../../platform/redis/redis.ts';
import { noteOrigins } from '../../ingestion/origin.ts';
import { retryOnDeadlock } from '../../ingestion/retry.ts';
import { lockMeters } from '../../ingestion/rollups.ts';
import { monthOf } from '../../storage/month.ts';
import type { Storage } from '../../storage/types.ts';
import { fillIn, remakeMeter, revise } from '../revise.ts';
import { checkRollups } from './check-rollups.ts';
import { checkStream, type StreamDifference } from './check-stream.ts';
import type { Difference, Span } from './difference.ts';

export interface SyncReport extends Span {
  readonly id: number;
  readonly at: Date;
  /** Buckets and readings that were compared. */
  readonly checked: number;
  readonly differing: number;
  /** Of those differing. */
  readonly mended: number;
  readonly differences: readonly Difference[];
  /** Meters that were mended. */
  readonly meterNos: readonly number[];
}

export interface SyncRequest extends Span {
  /** Mend what differs. */
  readonly repair: boolean;
  readonly by: string;
  readonly onProgress?: ((step: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CreateSyncOptions {
  readonly pool: Pool;
  readonly storage: Storage;
  readonly lineage: Lineage;
  /** Left out, only the store and its rollups are compared. */
  readonly redis?: Pick<RedisConnection, 'xrange'> | undefined;
}

/** A day's worth at once: a check holds no more in memory than that, and shows how far it is. */
const stepMs = 86_400_000;
/** Of very many differences the report names these. */
const mostNamed = 500;

/**
 * Whether stream, store and rollups agree, day by day of UTC; and mends what does not: readings that the stream still holds
 * are stored, rollups made anew, each meter under its lock, so that live writes go on. What is under way is told apart:
 * entries behind the store's position, and loads whose rollups are due, are not compared.
 */
export function createSync({ pool, storage, lineage, redis }: CreateSyncOptions) {
  async function check(request: SyncRequest, runId: string): Promise<SyncReport> {
    const differences: Difference[] = [];
    const mendedMeters = new Set<number>();
    let [checked, differing, mended] = [0, 0, 0];
    for (let fromMs = request.fromMs; fromMs < request.toMs; fromMs += stepMs) {
      request.signal?.throwIfAborted();
      const span = { fromMs, toMs: Math.min(fromMs + stepMs, request.toMs) };
      const stream =
        redis === undefined ? { checked: 0, differences: [] } : await checkStream(pool, redis, span);
      if (request.repair) mended += await storeAgain(stream.differences, request.by, runId);
      const withMonths = fromMs === request.fromMs || monthOf(fromMs) !== monthOf(fromMs - stepMs);
      const rollups = await checkRollups(pool, span, { withMonths });
      if (request.repair) mended += await makeAnew(rollups.differences);
      const found = [...stream.differences, ...rollups.differences];
      checked += stream.checked + rollups.checked;
      differing += found.length;
      for (const each of found) {
        if (request.repair) mendedMeters.add(each.meterNo);
        if (differences.length < mostNamed) differences.push(each);
      }
      request.onProgress?.(
        `${new Date(fromMs).toISOString().slice(0, 10)}: ${stream.checked + rollups.checked} compared, ${found.length} differ`,
      );
    }
    const { rows } = await pool.query<{ id: number; at: Date }>(
      `insert into energy.sync_check (from_time, to_time, checked, differing, mended, differences)
       values (to_timestamp($1::float8 / 1000), to_timestamp($2::float8 / 1000), $3, $4, $5, $6) returning id, at`,
      [request.fromMs, request.toMs, checked, differing, mended, JSON.stringify(differences.map(plain))],
    );
    const { id = 0, at = new Date() } = rows[0] ?? {};
    const { fromMs, toMs } = request;
    return { id, at, fromMs, toMs, checked, differing, mended, differences, meterNos: [...mendedMeters] };
  }

  const inMetersTurn = <T>(meterNo: number, work: (client: Parameters<typeof lockMeters>[0]) => Promise<T>) =>
    retryOnDeadlock(() =>
      inTransaction(pool, async (client) => {
        await storage.prepareToWrite(client);
        await lockMeters(client, [meterNo]);
        return work(client);
      }),
    );

  /** Readings that the stream holds and the store lacks. Validation is not asked again: the readings' lineage names the repair. */
  async function storeAgain(
    differences: readonly StreamDifference[],
    by: string,
    runId: string,
  ): Promise<number> {
    let stored = 0;
    for (const [meterNo, some] of Map.groupBy(differences, (each) => each.meterNo)) {
      await storage.makeRoom(some.map(({ atMs }) => monthOf(atMs)));
      stored += await inMetersTurn(meterNo, async (client) => {
        const origins = await noteOrigins(
          client,
          some.map(({ reading: { entry, partition } }) => ({
            kind: 'stream' as const,
            source: entry.event.source,
            eventId: entry.event.id,
            topic: 'energy.readings-received',
            partition,
            position: entry.position,
            eventVersion: Number(/\.v(\d+)$/.exec(entry.event.type)?.[1] ?? 1),
            runId,
            receivedAtMs: Date.parse(entry.event.time),
          })),
        );
        const readings = some.map(({ kind, reading }, index) => ({
          kind,
          timeMs: reading.timeMs,
          intervalSeconds: reading.intervalSeconds,
          value: reading.value,
          quality: 0,
          rule: null,
          origin: origins[index] ?? null,
        }));
        const added = await fillIn(
          client,
          storage,
          meterNo,
          readings.filter(({ kind }) => kind === 'MISSING'),
        );
        const stale = readings.filter(({ kind }) => kind === 'STALE');
        await revise(client, storage, {
          meterNo,
          put: stale,
          remove: [],
          kept: { reason: 'replaced', by, edit: null },
        });
        return added.length + stale.length;
      });
    }
    return stored;
  }

  async function makeAnew(differences: readonly Difference[]): Promise<number> {
    for (const [meterNo, some] of Map.groupBy(differences, (each) => each.meterNo))
      await inMetersTurn(meterNo, (client) =>
        remakeMeter(
          client,
          storage,
          meterNo,
          some.flatMap(({ atMs, toMs }) => [atMs, toMs - 1]),
        ),
      );
    const hours = differences.filter(({ kind }) => kind === 'HOUR');
    if (hours.length > 0)
      await storage.refreshHours(
        hours.reduce((first, { atMs }) => Math.min(first, atMs), Infinity),
        hours.reduce((last, { toMs }) => Math.max(last, toMs - 1), -Infinity),
      );
    return differences.length;
  }

  return (request: SyncRequest): Promise<SyncReport> =>
    lineage.run(
      {
        job: request.repair ? 'sync-repair' : 'sync-check',
        description: 'Compares stream, store and rollups; a repair mends what differs.',
        inputs: ['energy.readings-received', 'energy.reading'].map((name) => ({
          namespace: lineageNamespace,
          name,
        })),
        outputs: request.repair
          ? ['energy.reading', 'energy.reading_hour', 'energy.reading_day', 'energy.reading_month'].map(
              (name) => ({ namespace: lineageNamespace, name }),
            )
          : [],
      },
      (run) => check(request, run.runId),
      request.signal,
    );
}

const plain = ({ kind, meterId, atMs, partition }: Difference) => ({ kind, meterId, atMs, partition });
