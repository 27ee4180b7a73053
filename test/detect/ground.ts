import { postgresPositions } from '../../platform/bus/consume/postgres-positions.ts';
import type { Consumer } from '../../platform/bus/consume/types.ts';
import { migrate } from '../../platform/postgres/migrate.ts';
import { createDetection } from '../../subgraphs/energy/anomalies/detection.ts';
import { storedReadings } from '../../subgraphs/energy/live/topics.ts';
import type { EnergyWorld } from '../energy/world.ts';

/** A worker of detection in this process, on the world's database and bus. */
export async function detectIn(world: EnergyWorld, clock: () => number): Promise<Consumer> {
  const directory = new URL('../../platform/bus/migrations', import.meta.url).pathname;
  await migrate({ connectionString: world.database.url, schema: 'bus', directory });
  const detection = createDetection({ pool: world.pool, bus: world.bus, clock });
  return world.bus.consume({
    group: 'detect',
    topics: [storedReadings],
    positions: postgresPositions(world.pool),
    handle: detection.handle,
  });
}
