import type { Config } from '../../platform/config/load.ts';
import type { Steps } from '../output/steps.ts';
import { withQuality } from './with-quality.ts';

export interface RunSyncOptions {
  readonly config: Config;
  /** Days of UTC, both included. */
  readonly from: string;
  readonly to: string;
  readonly repair: boolean;
  readonly steps: Steps;
  readonly signal: AbortSignal;
}

/** Checks a running system, and mends it when asked to; resolves with whether all agrees now. @throws OperatorError when none runs. */
export async function runSync({ config, from, to, repair, steps, signal }: RunSyncOptions): Promise<boolean> {
  const report = await withQuality({ config, name: 'sync', steps }, (quality) =>
    steps.run(repair ? 'Sync repair' : 'Sync check', async (step) => {
      const done = await quality.sync({
        fromMs: Date.parse(`${from}T00:00:00Z`),
        toMs: Date.parse(`${to}T00:00:00Z`) + 86_400_000,
        ...{ repair, signal },
        by: 'eaio sync',
        onProgress: steps.print,
      });
      step.detail(`${done.checked} compared, ${done.differing} differed, ${done.mended} mended`);
      return done;
    }),
  );
  for (const { kind, meterId, atMs, partition } of report.differences)
    steps.print(
      `  ${kind} ${meterId} ${new Date(atMs).toISOString()}${partition === null ? '' : ` (partition ${partition})`}`,
    );
  return report.differing === report.mended;
}
