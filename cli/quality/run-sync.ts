import { createBus } from '../../platform/bus/bus.ts';
import { loadEventSchemas } from '../../platform/bus/event-schemas.ts';
import type { Config } from '../../platform/config/load.ts';
import { createLifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { busTopics } from '../data/bus-topics.ts';
import { openQuality } from '../graph/open-quality.ts';
import type { Steps } from '../output/steps.ts';
import { openRunning } from '../state/open-running.ts';

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
  await using lifecycle = createLifecycle({ log: steps.print });
  const log = createLogger({ level: 'warn', name: 'eaio-sync' });
  const running = lifecycle.use('connections', await openRunning(config, 'sync'));
  const { pool, redis } = running;
  const bus = lifecycle.use(
    'event bus',
    createBus({ redis, schemas: loadEventSchemas(), topics: busTopics, log }),
  );
  const { openLineageUrl } = config.services;
  const quality = await openQuality({ pool, redis, bus, log, lifecycle, openLineageUrl });
  const report = await steps.run(repair ? 'Sync repair' : 'Sync check', async (step) => {
    const done = await quality.sync({
      fromMs: Date.parse(`${from}T00:00:00Z`),
      toMs: Date.parse(`${to}T00:00:00Z`) + 86_400_000,
      ...{ repair, signal },
      by: 'eaio sync',
      onProgress: steps.print,
    });
    step.detail(`${done.checked} compared, ${done.differing} differed, ${done.mended} mended`);
    return done;
  });
  for (const { kind, meterId, atMs, partition } of report.differences)
    steps.print(
      `  ${kind} ${meterId} ${new Date(atMs).toISOString()}${partition === null ? '' : ` (partition ${partition})`}`,
    );
  return report.differing === report.mended;
}
