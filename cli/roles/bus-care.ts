import { runKeeper } from '../../platform/bus/keeper.ts';
import { createBusMetrics } from '../../platform/bus/metrics.ts';
import { runRelay } from '../../platform/bus/outbox.ts';
import { createReplays, runReplays } from '../../platform/bus/replay/replay.ts';
import type { Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Ground } from './ground.ts';

/** What someone must do for the bus, in each of however many workers: retention, replays, the outbox. */
export function careForBus(
  { pool, redis, bus, office, metrics }: Ground,
  { lifecycle, log }: { readonly lifecycle: Lifecycle; readonly log: Logger },
): void {
  lifecycle.use('keeper of the bus', runKeeper({ redis, office, metrics: createBusMetrics(metrics), log }));
  const replays = createReplays({ redis, office });
  lifecycle.use('replays', runReplays({ redis, office, replays, log }));
  lifecycle.use('outbox', runRelay({ pool, bus, log }));
}
