import type { Pool } from 'pg';
import { postgresPositions } from '../../platform/bus/consume/postgres-positions.ts';
import type { Bus } from '../../platform/bus/types.ts';
import type { Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { createDetection } from '../../subgraphs/energy/anomalies/detection.ts';
import { storedReadings } from '../../subgraphs/energy/live/topics.ts';

export interface RunDetectionOptions {
  readonly pool: Pool;
  readonly bus: Bus;
  readonly log: Pick<Logger, 'warn'>;
  readonly lifecycle: Lifecycle;
  /** Unix milliseconds. */
  readonly clock: () => number;
}

/** Makes this process a worker of anomaly detection, until it closes. Where it was never run it begins with what comes from now on. */
export async function runDetection({ pool, bus, log, lifecycle, clock }: RunDetectionOptions): Promise<void> {
  const detection = createDetection({ pool, bus, clock });
  // What an earlier process had no time to tell; without a bus it waits on.
  await detection.settle().catch((err: unknown) => log.warn({ err }, 'News of anomalies wait for the bus.'));
  lifecycle.use(
    'anomaly detection',
    bus.consume({
      group: 'detect',
      topics: [storedReadings],
      positions: postgresPositions(pool),
      from: 'now',
      handle: detection.handle,
    }),
  );
}
