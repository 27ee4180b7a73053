import type { Pool } from 'pg';
import { pino } from 'pino';
import { createBus } from '../../platform/bus/bus.ts';
import { loadEventSchemas } from '../../platform/bus/event-schemas.ts';
import type { Bus } from '../../platform/bus/types.ts';
import { migrate } from '../../platform/postgres/migrate.ts';
import type { BuildingFacts, MeterSeries, MeterType } from '../../subgraphs/energy/domain.ts';
import { meterId } from '../../subgraphs/energy/domain.ts';
import { createIngestion } from '../../subgraphs/energy/ingestion/ingestion.ts';
import type { Ingestion } from '../../subgraphs/energy/ingestion/types.ts';
import { createStorage } from '../../subgraphs/energy/storage/storage.ts';
import type { Storage } from '../../subgraphs/energy/storage/types.ts';
import type { Engine } from '../kit/engines.ts';
import { createTestDatabase, type TestDatabase } from '../kit/postgres.ts';
import { createTestRedis, type TestRedis } from '../kit/redis.ts';

/** Energy's store, empty, on a database and a Redis of its own. */
export interface EnergyGround extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly pool: Pool;
  readonly storage: Storage;
  readonly redis: TestRedis;
  readonly bus: Bus;
  readonly ingestion: Ingestion;
  /** What was logged, as pino writes it. */
  readonly lines: readonly Record<string, unknown>[];
  /** Another process' ingestion on the same store. */
  another(): Promise<Ingestion>;
  /** Registers a building and its meters, and returns the meters' ids. */
  register(
    building: Partial<BuildingFacts> & { readonly id: string },
    meters: readonly NewMeter[],
  ): Promise<readonly string[]>;
}

export interface NewMeter {
  readonly type: MeterType;
  readonly intervalSeconds?: number;
}

export const migrations = new URL('../../subgraphs/energy/migrations/', import.meta.url).pathname;

export async function createEnergyGround({
  engine,
  storageEngine,
  clock,
}: {
  readonly engine: Engine;
  /** Where it is not the one that the database would be begun with. */
  readonly storageEngine?: Engine;
  readonly clock?: () => number;
}): Promise<EnergyGround> {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase({ engine }));
  const redis = stack.use(await createTestRedis());
  await migrate({ connectionString: database.url, schema: 'energy', directory: migrations });
  const { pool } = database;
  const storage = await createStorage({ pool, engine: storageEngine });
  const lines: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const bus = stack.use(createBus({ redis: redis.redis, schemas: loadEventSchemas(), log }));
  const another = async (): Promise<Ingestion> =>
    stack.use(createIngestion({ pool, storage: await createStorage({ pool }), bus, clock, log }));
  const ingestion = stack.use(createIngestion({ pool, storage, bus, clock, log }));
  return {
    ...{ database, pool, storage, redis, bus, ingestion, lines, another },
    async register(building, meters) {
      await ingestion.registerBuildings([
        { siteId: 'Site', timeZone: 'UTC', floorAreaSqm: null, primaryUse: 'OFFICE', ...building },
      ]);
      const facts = meters.map(({ type, intervalSeconds = 3_600 }) => ({
        id: meterId(building.id, type),
        buildingId: building.id,
        type,
        intervalSeconds,
      }));
      await ingestion.registerMeters(facts);
      return facts.map(({ id }) => id);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** `count` readings from an instant on, one behind the other. */
export function seriesOf(
  id: string,
  from: string,
  count: number,
  {
    intervalSeconds = 3_600,
    valueAt = (index) => 1 + (index % 7),
  }: { readonly intervalSeconds?: number; readonly valueAt?: (index: number) => number } = {},
): MeterSeries {
  const startMs = Date.parse(from);
  return {
    meterId: id,
    intervalSeconds,
    timesMs: Float64Array.from({ length: count }, (_, index) => startMs + index * intervalSeconds * 1_000),
    values: Float64Array.from({ length: count }, (_, index) => valueAt(index)),
  };
}

/** Batches as a source hands them over. */
export async function* inBatches(
  ...batches: readonly (readonly MeterSeries[])[]
): AsyncGenerator<readonly MeterSeries[]> {
  yield* batches;
}
