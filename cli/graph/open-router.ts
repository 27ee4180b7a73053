import { readdirSync } from 'node:fs';
import { auditTopic } from '../../platform/audit/types.ts';
import { eventSchemaFolder } from '../../platform/bus/event-schemas.ts';
import { createCache } from '../../platform/cache/create-cache.ts';
import type { ByteCache } from '../../platform/cache/types.ts';
import type { InternalTokenIssuer } from '../../platform/identity/internal-token.ts';
import { createRouterAudit } from '../../router/audit.ts';
import { createResponseCache } from '../../router/cache/response-cache.ts';
import { fileText } from '../../router/federation/text-source.ts';
import { defaultLimits } from '../../router/operations/limits.ts';
import { createRouter } from '../../router/router.ts';
import { createRouterMetrics } from '../../router/router-metrics.ts';
import { createHub } from '../../router/subscriptions/hub.ts';
import { iterate } from '../../router/subscriptions/iterate.ts';
import type { Router } from '../../router/types.ts';
import { createIntake } from '../../subgraphs/energy/ingestion/intake.ts';
import type { Intake } from '../../subgraphs/energy/ingestion/types.ts';
import type { Ground } from '../roles/ground.ts';
import type { RoleContext } from '../roles/role.ts';
import type { Limits } from './open-limits.ts';
import { openQuality } from './open-quality.ts';
import { openSubgraphs } from './open-subgraphs.ts';

export interface OpenedRouter {
  readonly router: Router;
  readonly cache: ByteCache;
  readonly ingestion: Intake;
  /** Told of failures of ours that no request can be blamed for. */
  readonly onFault: (error: unknown) => void;
}

/** Each stored reading knows its origin: their intake goes on while the audit can't be written. */
const ownLineage: ReadonlySet<string> = new Set(['ingestReadings']);

const schemaFile = (name: string): URL => new URL(`../../schema/${name}`, import.meta.url);

/** The whole graph in this process: the router with its cache over every subgraph, here or elsewhere as the settings say. */
export async function openRouter(
  { config, log, lifecycle }: RoleContext,
  { pool, redis, bus, metrics, audit }: Ground,
  internal: InternalTokenIssuer,
  limitsOf?: Limits,
): Promise<OpenedRouter> {
  const ingestion = createIntake({ pool, bus });
  const { openLineageUrl } = config.services;
  const quality = await openQuality({ pool, bus, log, lifecycle, openLineageUrl });
  const subgraphs = openSubgraphs({
    pool,
    bus,
    ingestion,
    quality,
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
      metrics,
      // What is on record makes no answer stale.
      topics: readdirSync(eventSchemaFolder).filter((topic) => topic !== auditTopic),
      maxBytes: config.cache.megabytes * 1_048_576,
      onHealth: (health) => log.info(health, 'The response cache has changed its health.'),
      onFailure: (err) => log.warn({ err }, 'The response cache could not reach Redis.'),
    }),
  );
  const onFault = (err: unknown): void => log.error({ err }, 'A stream failed by a fault of ours.');
  const { limits, cache: keep } = config;
  const router = await createRouter({
    supergraph: fileText(schemaFile('supergraph.graphql')),
    manifest: fileText(schemaFile('manifest.json')),
    subgraph: (name) => subgraphs.get(name),
    cache: (encode) => createResponseCache({ cache, encode }),
    hub: (executor) => createHub({ executor, onFault }),
    iterate,
    cacheTtlSeconds: {
      METADATA: keep.ttlMetadataS,
      READINGS: keep.ttlReadingsS,
      LIVE: keep.ttlLiveS,
      WEATHER: keep.ttlWeatherS,
      MODELS: keep.ttlModelsS,
    },
    adHoc: config.identity.safelist ? 'explorers' : 'everybody',
    limits: {
      ...defaultLimits,
      maxDepth: limits.depth,
      maxCost: limits.cost,
      maxAliases: limits.aliases,
      maxDirectives: limits.directives,
    },
    timeoutMs: limits.timeoutS * 1_000,
    principalLimits: limitsOf?.ofPrincipal,
    maxStreams: config.rates.streams,
    audit: createRouterAudit({ audit, ownLineage }),
    log,
    metrics: createRouterMetrics(metrics),
  });
  return { router: lifecycle.use('router', router), cache, ingestion, onFault };
}
