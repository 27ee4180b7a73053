import { readdirSync } from 'node:fs';
import { eventSchemaFolder } from '../../platform/bus/event-schemas.ts';
import { createCache } from '../../platform/cache/create-cache.ts';
import { createResponseCache } from '../../router/cache/response-cache.ts';
import { fileText } from '../../router/federation/text-source.ts';
import { registerGraphQL } from '../../router/http/graphql.ts';
import { createEdgeServer } from '../../router/http/server.ts';
import { defaultLimits } from '../../router/operations/limits.ts';
import { createRouter } from '../../router/router.ts';
import { createRouterMetrics } from '../../router/router-metrics.ts';
import { createHub } from '../../router/subscriptions/hub.ts';
import { iterate } from '../../router/subscriptions/iterate.ts';
import { openIngestion } from '../graph/open-ingestion.ts';
import { openSubgraphs } from '../graph/open-subgraphs.ts';
import { openGround } from './ground.ts';
import { createEdgeIdentity } from './identity.ts';
import { openMcp } from './open-mcp.ts';
import type { PreparedRole, RoleContext } from './role.ts';

const schemaFile = (name: string): URL => new URL(`../../schema/${name}`, import.meta.url);

/** The door of the system: router, subscriptions, ingest, MCP, dashboard, health and metrics on one port. */
export async function createEdge(context: RoleContext): Promise<PreparedRole> {
  const { config, log, lifecycle } = context;
  const { pool, redis, bus, metrics } = await openGround(context, 'edge');
  const { verifier, internal } = await createEdgeIdentity(config);
  const ingestion = await openIngestion({ pool, bus, log, lifecycle });
  const subgraphs = openSubgraphs({
    pool,
    bus,
    ingestion,
    log,
    lifecycle,
    internal,
    urls: config.subgraphUrls,
  });
  const cache = lifecycle.use(
    'response cache',
    createCache({
      bus,
      redis,
      topics: readdirSync(eventSchemaFolder),
      metrics,
      maxBytes: config.cache.megabytes * 1_048_576,
      onHealth: (health) => log.warn(health, 'The response cache has changed its health.'),
      onFailure: (err) => log.warn({ err }, 'The response cache could not reach Redis.'),
    }),
  );
  const onFault = (err: unknown): void => log.error({ err }, 'A subscription failed by a fault of ours.');
  const { limits } = config;
  const router = lifecycle.use(
    'router',
    await createRouter({
      supergraph: fileText(schemaFile('supergraph.graphql')),
      manifest: fileText(schemaFile('manifest.json')),
      subgraph: (name) => subgraphs.get(name),
      cache: (encode) => createResponseCache({ cache, encode }),
      hub: (executor) => createHub({ executor, onFault }),
      iterate,
      cacheTtlSeconds: {
        METADATA: config.cache.ttlMetadataS,
        READINGS: config.cache.ttlReadingsS,
        LIVE: config.cache.ttlLiveS,
        WEATHER: config.cache.ttlWeatherS,
        MODELS: config.cache.ttlModelsS,
      },
      adHoc: config.identity.safelist ? 'explorers' : 'everybody',
      limits: { ...defaultLimits, maxDepth: limits.depth, maxCost: limits.cost, maxAliases: limits.aliases },
      timeoutMs: limits.timeoutS * 1_000,
      log,
      metrics: createRouterMetrics(metrics),
    }),
  );
  const server = lifecycle.use(
    'server',
    createEdgeServer({
      verifier,
      metrics,
      log,
      checks: {
        postgres: () => pool.query('select 1').then(() => ({ status: 'ok' })),
        cache: () => cache.health(),
      },
      maxBodyBytes: limits.bodyBytes,
      drainMs: config.http.shutdownDeadlineS * 1_000,
    }),
  );
  registerGraphQL(server.app, { router, verifier, path: '/graphql', maxBatch: limits.batch, landing: true });
  await openMcp({
    app: server.app,
    router,
    redis,
    verifier,
    config,
    health: () => (cache.health().status === 'ok' ? 'ok' : 'degraded'),
    lifecycle,
    log,
  });

  return {
    async serve() {
      const { host, port, edgeWorkers } = config.http;
      const address = await server.listen({ host, port, reusePort: edgeWorkers > 1 });
      return `The edge serves at ${address}.`;
    },
  };
}
