import type { Pool } from 'pg';
import type { BuildingFacts, MeterFacts, SiteFacts } from '../../connectors/facts.ts';
import { createBus } from '../../platform/bus/bus.ts';
import { loadEventSchemas } from '../../platform/bus/event-schemas.ts';
import type { Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { type Dataset, lineageNamespace } from '../../platform/openlineage/run-event.ts';
import { createPool } from '../../platform/postgres/pool.ts';
import { createRedis } from '../../platform/redis/redis.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import type { MeterSeries } from '../../subgraphs/energy/domain.ts';
import type { BulkOptions, BulkReport, Ingestion } from '../../subgraphs/energy/ingestion/types.ts';
import { createPortfolioRegistry, type PortfolioRegistry } from '../../subgraphs/portfolio/registry.ts';
import { openIngestion } from '../graph/open-ingestion.ts';
import { openLineage } from '../graph/open-quality.ts';

/** The domains' own ways in, for whoever brings a portfolio and its history. */
export interface Loader {
  readonly pool: Pool;
  readonly ingestion: Ingestion;
  /** Loads history as a job that is told of: `ingestion.bulk` between the START and the end of an OpenLineage run. */
  load(batches: AsyncIterable<readonly MeterSeries[]>, options: LoadOptions): Promise<BulkReport>;
  /** Makes a portfolio known to every domain that must know it; again changes nothing. */
  register(facts: PortfolioFacts): Promise<void>;
}

export interface LoadOptions extends Pick<BulkOptions, 'onProgress' | 'signal'> {
  /** Where the readings come from, for their lineage: `bdg2`. */
  readonly source: string;
  readonly inputs: readonly Dataset[];
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
  /** A server that hears of the load by OpenLineage too. */
  readonly openLineageUrl?: string | undefined;
}

export async function openLoader({
  databaseUrl,
  redisUrl,
  lifecycle,
  openLineageUrl,
}: OpenLoaderOptions): Promise<Loader> {
  const name = 'eaio-load';
  const log = createLogger({ level: 'warn', name });
  const pool = createPool({ connectionString: databaseUrl, max: 4, applicationName: name });
  lifecycle.defer('loader connections', () => pool.end());
  const redis = createRedis(redisUrl, { name });
  lifecycle.defer('loader Redis connection', () => redis.disconnect());
  const bus = lifecycle.use('loader bus', createBus({ redis, schemas: loadEventSchemas(), log }));
  const ingestion = await openIngestion({ pool, bus, log, lifecycle });
  const registry: PortfolioRegistry = createPortfolioRegistry({ pool, bus });
  const lineage = openLineage({ pool, log, openLineageUrl });
  return {
    pool,
    ingestion,
    load: (batches, { source, inputs, ...options }) =>
      lineage.run(
        {
          job: 'import',
          description: 'Loads history of meters, with its rollups.',
          inputs,
          outputs: [{ namespace: lineageNamespace, name: 'energy.reading' }],
        },
        async (run) => {
          const report = await ingestion.bulk(batches, { ...options, source, runId: run.runId });
          run.describe({
            outputs: [
              {
                namespace: lineageNamespace,
                name: 'energy.reading',
                rowCount: report.inserted + report.updated,
              },
            ],
          });
          return report;
        },
        options.signal,
      ),
    async register({ sites, buildings, meters }) {
      await Promise.all([
        registry.registerSites(sites).then(() => registry.registerBuildings(buildings)),
        ingestion.registerBuildings(buildings).then(() => ingestion.registerMeters(meters)),
      ]);
    },
  };
}
