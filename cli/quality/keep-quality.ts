import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../platform/config/load.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { DataQuality } from '../../subgraphs/energy/quality/data-quality.ts';

export interface KeepQualityOptions {
  readonly config: Config;
  readonly quality: DataQuality;
  /** Unix ms, of the live source. */
  readonly clock: () => number;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly signal: AbortSignal;
}

const hourMs = 3_600_000;
const by = 'system:data-quality';

/**
 * Looks after the stored readings, in whichever process leads: how the newest days came in, gaps that nothing will fill any
 * more, and whether stream, store and rollups of the last two days agree. What fails is logged and tried in the next round.
 */
export async function keepQuality({
  config,
  quality,
  clock,
  log,
  signal,
}: KeepQualityOptions): Promise<void> {
  const { everyS, estimateAfterS } = config.quality;
  const rounds = {
    'Data quality': async () => {
      const fell = await quality.look();
      if (fell.length > 0) log.info({ fell: fell.length }, 'Data came in worse than usual.');
    },
    Estimation: async () => {
      if (estimateAfterS === 0) return;
      const { interpolated, fromLikeDays, left } = await quality.estimate({
        by,
        delayMs: estimateAfterS * 1_000,
        signal,
      });
      if (interpolated + fromLikeDays > 0)
        log.info({ interpolated, fromLikeDays, left }, 'Gaps were filled.');
    },
    'The sync check': async () => {
      const toMs = Math.ceil(clock() / hourMs) * hourMs;
      const { checked, differing } = await quality.sync({
        ...{ fromMs: toMs - 48 * hourMs, toMs },
        ...{ repair: false, by, signal },
      });
      if (differing > 0)
        log.warn({ checked, differing }, 'Stream, store and rollups differ: `eaio sync repair` mends them.');
    },
  };
  while (!signal.aborted) {
    for (const [name, round] of Object.entries(rounds)) {
      try {
        await round();
      } catch (err) {
        if (signal.aborted) return;
        log.error({ err }, `${name} failed; it is tried again.`);
      }
    }
    await delay(everyS * 1_000, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
