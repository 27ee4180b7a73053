import type { Pool } from 'pg';
import pino from 'pino';
import { busTopics } from '../../cli/data/bus-topics.ts';
import { createBus } from '../../platform/bus/bus.ts';
import { loadEventSchemas } from '../../platform/bus/event-schemas.ts';
import type { Bus } from '../../platform/bus/types.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import { createLineage } from '../../platform/openlineage/lineage.ts';
import { migrate } from '../../platform/postgres/migrate.ts';
import type { Subgraph, SubgraphResult } from '../../platform/subgraph/types.ts';
import type { BuildingFacts, MeterFacts, MeterSeries } from '../../subgraphs/energy/domain.ts';
import { createIngestion } from '../../subgraphs/energy/ingestion/ingestion.ts';
import type { Ingestion } from '../../subgraphs/energy/ingestion/types.ts';
import type { LiveOptions } from '../../subgraphs/energy/live/live.ts';
import { createDataQuality, type DataQuality } from '../../subgraphs/energy/quality/data-quality.ts';
import { createLineageStore } from '../../subgraphs/energy/quality/lineage/lineage-store.ts';
import { createStorage } from '../../subgraphs/energy/storage/storage.ts';
import type { Storage } from '../../subgraphs/energy/storage/types.ts';
import { createEnergySubgraph } from '../../subgraphs/energy/subgraph.ts';
import type { Engine } from '../kit/engines.ts';
import { createTestDatabase, type TestDatabase } from '../kit/postgres.ts';
import { createTestRedis, type TestRedis } from '../kit/redis.ts';
import { principalFor } from '../kit/token.ts';

export interface EnergyWorld extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly pool: Pool;
  readonly redis: TestRedis;
  readonly bus: Bus;
  readonly ingestion: Ingestion;
  readonly quality: DataQuality;
  readonly storage: Storage;
  readonly subgraph: Subgraph;
  /** Data of an operation; throws its errors. */
  ask<T>(query: string, options?: AskOptions): Promise<T>;
  /** The whole result. */
  run(query: string, options?: AskOptions): Promise<SubgraphResult>;
  /** A selection on buildings, as the router asks for it. */
  buildings<T>(ids: readonly string[], selection: string, options?: AskOptions): Promise<readonly T[]>;
  building<T>(id: string, selection: string, options?: AskOptions): Promise<T>;
  site<T>(id: string, selection: string, options?: AskOptions): Promise<T>;
  /** Loads history as an importer does. */
  load(series: readonly MeterSeries[]): Promise<void>;
  /** As if none had ever come. */
  forgetReadings(): Promise<void>;
}

export interface AskOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly principal?: Principal;
}

export interface WorldOptions {
  readonly engine?: Engine;
  readonly buildings: readonly BuildingFacts[];
  readonly meters: readonly MeterFacts[];
  /** Unix ms. */
  readonly clock?: () => number;
  readonly sleep?: LiveOptions['sleep'];
}

/** The energy subgraph on a database and a Redis of its own, with everything real between the operation and the disk. */
export async function createEnergyWorld({
  engine = 'native',
  buildings,
  meters,
  clock,
  sleep,
}: WorldOptions): Promise<EnergyWorld> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await createTestDatabase({ engine }));
  const redis = opened.use(await createTestRedis());
  const { pool } = database;
  const log = pino({ level: 'silent' });
  await migrate({
    connectionString: database.url,
    schema: 'energy',
    directory: new URL('../../subgraphs/energy/migrations', import.meta.url).pathname,
  });
  const storage = await createStorage({ pool, engine });
  const bus = opened.use(
    createBus({ redis: redis.redis, schemas: loadEventSchemas(), topics: busTopics, log }),
  );
  const ingestion = opened.use(createIngestion({ pool, storage, bus, clock, log }));
  const lineage = createLineage({ sinks: [createLineageStore(pool)], log });
  const quality = opened.use(createDataQuality({ pool, storage, bus, lineage, log, clock }));
  const subgraph = createEnergySubgraph({ pool, ingestion, quality, bus, log, clock, sleep });
  await ingestion.registerBuildings(buildings);
  await ingestion.registerMeters(meters);
  const closing = opened.move();

  const run: EnergyWorld['run'] = (query, { variables, principal = principalFor('admin') } = {}) =>
    subgraph.execute({ query, variables, principal });
  const ask: EnergyWorld['ask'] = async <T>(query: string, options?: AskOptions) => {
    const { data, errors } = await run(query, options);
    if (errors !== undefined)
      throw new AggregateError(errors, errors.map(({ message }) => message).join('; '));
    return data as T;
  };
  const entities = async <T>(
    type: string,
    ids: readonly string[],
    selection: string,
    options?: AskOptions,
  ) => {
    const { _entities } = await ask<{ _entities: readonly T[] }>(
      `query($all: [_Any!]!) { _entities(representations: $all) { ... on ${type} { ${selection} } } }`,
      { ...options, variables: { all: ids.map((id) => ({ __typename: type, id })) } },
    );
    return _entities;
  };
  const only = <T>([one]: readonly T[]): T => {
    if (one === undefined) throw new Error('The subgraph answered without an entity.');
    return one;
  };

  return {
    database,
    pool,
    redis,
    bus,
    ingestion,
    quality,
    storage,
    subgraph,
    run,
    ask,
    buildings: (ids, selection, options) => entities('Building', ids, selection, options),
    building: async <T>(id: string, selection: string, options?: AskOptions) =>
      only(await entities<T>('Building', [id], selection, options)),
    site: async <T>(id: string, selection: string, options?: AskOptions) =>
      only(await entities<T>('Site', [id], selection, options)),
    async load(series) {
      await ingestion.bulk(
        (async function* () {
          yield series;
        })(),
      );
    },
    async forgetReadings() {
      if (engine === 'native') await pool.query('truncate energy.reading_hour');
      await pool.query('truncate energy.reading, energy.reading_day, energy.reading_month');
      await pool.query('update energy.meter set first_reading_at = null, last_reading_at = null');
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** What a client gets of a value: instants as text. */
export type Wire<T> = T extends Date
  ? string
  : T extends object
    ? { readonly [K in keyof T]: Wire<T[K]> }
    : T;

/** A building of a site, with what a test says of it. */
export const office = (id: string, facts: Partial<BuildingFacts> = {}): BuildingFacts => ({
  id,
  siteId: id.split('_')[0] ?? id,
  timeZone: 'UTC',
  floorAreaSqm: 1_000,
  primaryUse: 'OFFICE',
  ...facts,
});

/** A building's meter; its id ends in the type, and in a number where there are several. */
export const meterOf = (
  buildingId: string,
  {
    type = 'ELECTRICITY',
    intervalSeconds = 3_600,
    number = '',
  }: Partial<MeterFacts> & { number?: string } = {},
): MeterFacts => ({
  id: `${buildingId}:${type.toLowerCase().replaceAll('_', '')}${number}`,
  buildingId,
  type,
  intervalSeconds,
});

/** Readings one after the other from an instant on. */
export function seriesOf(
  meter: MeterFacts,
  from: string,
  count: number,
  valueAt: (index: number, timeMs: number) => number | null,
): MeterSeries {
  const start = Date.parse(from);
  const readings = Array.from({ length: count }, (_, index) => {
    const timeMs = start + index * meter.intervalSeconds * 1_000;
    return { timeMs, value: valueAt(index, timeMs) };
  }).filter((reading): reading is { timeMs: number; value: number } => reading.value !== null);
  return {
    meterId: meter.id,
    intervalSeconds: meter.intervalSeconds,
    timesMs: Float64Array.from(readings, ({ timeMs }) => timeMs),
    values: Float64Array.from(readings, ({ value }) => value),
  };
}
