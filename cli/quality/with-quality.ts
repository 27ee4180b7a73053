import { createBus } from '../../platform/bus/bus.ts';
import { loadEventSchemas } from '../../platform/bus/event-schemas.ts';
import type { Config } from '../../platform/config/load.ts';
import { createLifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import type { DataQuality } from '../../subgraphs/energy/quality/data-quality.ts';
import { busTopics } from '../data/bus-topics.ts';
import { openQuality } from '../graph/open-quality.ts';
import type { Steps } from '../output/steps.ts';
import { openRunning } from '../state/open-running.ts';

/** Works on the readings of a running system, and closes what it opened for that. @throws OperatorError when none runs. */
export async function withQuality<T>(
  { config, name, steps }: { readonly config: Config; readonly name: string; readonly steps: Steps },
  work: (quality: DataQuality) => Promise<T>,
): Promise<T> {
  await using lifecycle = createLifecycle({ log: steps.print });
  const log = createLogger({ level: 'warn', name: `eaio-${name}` });
  const { pool, redis } = lifecycle.use('connections', await openRunning(config, name));
  const bus = lifecycle.use(
    'event bus',
    createBus({ redis, schemas: loadEventSchemas(), topics: busTopics, log }),
  );
  const { openLineageUrl } = config.services;
  return await work(await openQuality({ pool, redis, bus, log, lifecycle, openLineageUrl }));
}
