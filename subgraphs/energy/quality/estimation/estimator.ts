import type { Pool } from 'pg';
import type { Lineage } from '../../../../platform/openlineage/lineage.ts';
import { lineageNamespace } from '../../../../platform/openlineage/run-event.ts';
import { inTransaction } from '../../../../platform/postgres/transaction.ts';
import { qualities } from '../../domain.ts';
import { noteOrigins } from '../../ingestion/origin.ts';
import { retryOnDeadlock } from '../../ingestion/retry.ts';
import { lockMeters } from '../../ingestion/rollups.ts';
import { monthOf } from '../../storage/month.ts';
import type { Storage } from '../../storage/types.ts';
import { addDays, type LocalDate } from '../../time/local-date.ts';
import { startOfDayMs } from '../../time/zone.ts';
import { fillIn, type RevisedReading } from '../revise.ts';
import { type Gap, startsOf } from './basis.ts';
import { type EstimationMethod, type EstimationSettings, estimateGap } from './estimate-gap.ts';
import { findIncomplete, type IncompleteMeter, readKnown, readSettings } from './estimation-store.ts';
import { findGaps } from './find-gaps.ts';

export interface EstimationRequest {
  /** Who wants it: a person's subject, or the system's part. */
  readonly by: string;
  /** All meters when left out. */
  readonly meterIds?: readonly string[] | undefined;
  /** Of these buildings only; all when left out. */
  readonly buildings?: readonly string[] | undefined;
  /** Local days, both included; the newest `recentDays` of each meter when left out. */
  readonly range?: { readonly from: LocalDate; readonly to: LocalDate } | undefined;
  /** Gaps that end later than this before the meter's newest reading are left for what may still come. Default 0. */
  readonly delayMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface EstimationReport {
  readonly runId: string;
  readonly gaps: number;
  /** Readings added, by the way they were made. */
  readonly interpolated: number;
  readonly fromLikeDays: number;
  /** Gaps for which there was too little to go by. */
  readonly left: number;
  readonly meters: readonly EstimatedMeter[];
}

/** What was filled in of a meter. */
export interface EstimatedMeter {
  readonly meterNo: number;
  readonly meterId: string;
  readonly buildingId: string;
  /** Starts of the readings added, Unix ms. */
  readonly timesMs: readonly number[];
}

export interface CreateEstimatorOptions {
  readonly pool: Pool;
  readonly storage: Storage;
  readonly lineage: Lineage;
  readonly clock: () => number;
}

/** Numbers of energy.vee_rule. */
const ruleOf = { 'estimate-interpolated': 240, 'estimate-like-days': 241 } as const satisfies Record<
  EstimationMethod,
  number
>;
const estimated = qualities.indexOf('ESTIMATED');

/** Days at the end of each meter's readings that are looked through when no range is asked for. */
const recentDays = 35;
const dayMs = 86_400_000;

/**
 * Fills gaps between readings. What it adds is ESTIMATED, with the method as its rule, and never replaces anything; doing it
 * again adds nothing. A measured value that comes later replaces the estimate, as every later value does.
 */
export function createEstimator({ pool, storage, lineage, clock }: CreateEstimatorOptions) {
  return async (request: EstimationRequest): Promise<EstimationReport> =>
    lineage.run(
      {
        job: 'estimation',
        description: 'Fills gaps between readings by interpolation and like days.',
        inputs: [{ namespace: lineageNamespace, name: 'energy.reading' }],
        outputs: [{ namespace: lineageNamespace, name: 'energy.reading' }],
      },
      async (run) => {
        const settingsOf = await readSettings(pool);
        const incomplete = await findIncomplete(pool, {
          meterIds: request.meterIds ?? null,
          buildings: request.buildings ?? null,
          range: request.range ?? null,
          recentDays,
        });
        let origin: Promise<number> | undefined;
        const originOf = (): Promise<number> => {
          origin ??= noteOrigins(pool, [
            { kind: 'estimation', source: request.by, runId: run.runId, receivedAtMs: clock() },
          ]).then(([id = 0]) => id);
          return origin;
        };
        const totals = { gaps: 0, interpolated: 0, fromLikeDays: 0, left: 0 };
        const meters: EstimatedMeter[] = [];
        for (const meter of incomplete) {
          request.signal?.throwIfAborted();
          const planned = await planMeter(pool, meter, settingsOf(meter.type), request.delayMs ?? 0);
          totals.gaps += planned.gaps;
          totals.left += planned.left;
          if (planned.readings.length === 0) continue;
          const timesMs = await write(meter, planned.readings, await originOf());
          const added = new Set(timesMs);
          for (const { timeMs, rule } of planned.readings) {
            if (!added.has(timeMs)) continue;
            if (rule === ruleOf['estimate-interpolated']) totals.interpolated += 1;
            else totals.fromLikeDays += 1;
          }
          if (timesMs.length > 0)
            meters.push({ meterNo: meter.meterNo, meterId: meter.id, buildingId: meter.buildingId, timesMs });
        }
        run.describe({
          outputs: [
            {
              namespace: lineageNamespace,
              name: 'energy.reading',
              rowCount: totals.interpolated + totals.fromLikeDays,
            },
          ],
        });
        return { runId: run.runId, ...totals, meters };
      },
      request.signal,
    );

  async function write(
    { meterNo }: IncompleteMeter,
    readings: readonly Omit<RevisedReading, 'origin'>[],
    origin: number,
  ): Promise<readonly number[]> {
    await storage.makeRoom(readings.map(({ timeMs }) => monthOf(timeMs)));
    return retryOnDeadlock(() =>
      inTransaction(pool, async (client) => {
        await storage.prepareToWrite(client);
        await lockMeters(client, [meterNo]);
        return fillIn(
          client,
          storage,
          meterNo,
          readings.map((reading) => ({ ...reading, origin })),
        );
      }),
    );
  }
}

interface PlannedMeter {
  readonly gaps: number;
  readonly left: number;
  readonly readings: readonly Omit<RevisedReading, 'origin'>[];
}

/** What a meter's gaps in its incomplete days are to be filled with. */
async function planMeter(
  pool: Pool,
  meter: IncompleteMeter,
  settings: EstimationSettings,
  delayMs: number,
): Promise<PlannedMeter> {
  const intervalMs = meter.intervalSeconds * 1_000;
  const fromMs = startOfDayMs(meter.firstDay, meter.timeZone);
  const toMs = startOfDayMs(addDays(meter.lastDay, 1), meter.timeZone);
  const reachMs = (settings.weeks * 7 + 2) * dayMs;
  const known = await readKnown(pool, meter.meterNo, fromMs - reachMs, toMs + reachMs);
  const basis = {
    intervalMs,
    timeZone: meter.timeZone,
    valueAt: new Map(
      known.flatMap((each) =>
        each.good && each.intervalMs === intervalMs ? [[each.timeMs, each.value] as const] : [],
      ),
    ),
  };
  const gaps = findGaps(known, intervalMs).filter(
    (gap) => gap.toMs > fromMs && gap.fromMs < toMs && gap.toMs <= meter.newestMs - delayMs,
  );
  const filled = gaps.map((gap) => ({ gap, estimate: estimateGap(basis, gap, settings) }));
  return {
    gaps: gaps.length,
    left: filled.filter(({ estimate }) => estimate === null).length,
    readings: filled.flatMap(({ gap, estimate }) =>
      estimate === null ? [] : readingsOf(gap, intervalMs, estimate.method, estimate.values),
    ),
  };
}

const readingsOf = (gap: Gap, intervalMs: number, method: EstimationMethod, values: readonly number[]) =>
  startsOf(gap, intervalMs).map((timeMs, index) => ({
    timeMs,
    intervalSeconds: intervalMs / 1_000,
    value: values[index] ?? 0,
    quality: estimated,
    rule: ruleOf[method],
  }));
