import type { Pool } from 'pg';
import type { BuildingFacts, MeterFacts, SiteFacts } from '../../connectors/facts.ts';
import { createBus } from '../../platform/bus/bus.ts';
import { loadEventSchemas } from '../../platform/bus/event-schemas.ts';
import type { Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { createPool } from '../../platform/postgres/pool.ts';
import { createRedis } from '../../platform/redis/redis.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import type { Ingestion } from '../../subgraphs/energy/ingestion/types.ts';
import { createPortfolioRegistry, type PortfolioRegistry } from '../../subgraphs/portfolio/registry.ts';
import { openIngestion } from '../graph/open-ingestion.ts';

/** The domains' own ways in, for whoever brings a portfolio and its history. */
export interface Loader {
  readonly pool: Pool;
  readonly ingestion: Ingestion;
  /** Makes a portfolio known to every domain that must know it; again changes nothing. */
  register(facts: PortfolioFacts): Promise<void>;
}

export interface PortfolioFacts {
  readonly sites: readonly SiteFacts[];
  readonly buildings: readonly BuildingFacts[];
  readonly meters: readonly MeterFacts[];
}

export interface OpenLoaderOptions {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly lifecycle: Lifecycle;
}

export async function openLoader({ databaseUrl, redisUrl, lifecycle }: OpenLoaderOptions): Promise<Loader> {
  const name = 'eaio-load';
  const log = createLogger({ level: 'warn', name });
  const pool = createPool({ connectionString: databaseUrl, max: 4, applicationName: name });
  lifecycle.defer('loader connections', () => pool.end());
  const redis = createRedis(redisUrl, { name });
  lifecycle.defer('loader Redis connection', () => redis.disconnect());
  const bus = lifecycle.use('loader bus', createBus({ redis, schemas: loadEventSchemas(), log }));
  const ingestion = await openIngestion({ pool, bus, log, lifecycle });
  const registry: PortfolioRegistry = createPortfolioRegistry({ pool, bus });
  return {
    pool,
    ingestion,
    async register({ sites, buildings, meters }) {
      await Promise.all([
        registry.registerSites(sites).then(() => registry.registerBuildings(buildings)),
        ingestion.registerBuildings(buildings).then(() => ingestion.registerMeters(meters)),
      ]);
    },
  };
}
