import { httpIngest } from '../../connectors/http/http-ingest.ts';
import { registerMcp } from '../../mcp-adapter/server/http.ts';
import { auditRefusals } from '../../router/http/audit-refusals.ts';
import { registerGraphQL } from '../../router/http/graphql.ts';
import { limitAddresses } from '../../router/http/limit-addresses.ts';
import { createEdgeServer } from '../../router/http/server.ts';
import { registerSubscriptions } from '../../router/subscriptions/register.ts';
import { openLimits } from '../graph/open-limits.ts';
import { openMcp } from '../graph/open-mcp.ts';
import { openRouter } from '../graph/open-router.ts';
import { registerQualityMetrics } from '../quality/quality-metrics.ts';
import { openGround } from './ground.ts';
import { createEdgeIdentity } from './identity.ts';
import { refuseUnsafe, tlsFilesOf } from './refuse-unsafe.ts';
import type { PreparedRole, RoleContext } from './role.ts';

/** The door of the system: router, subscriptions, ingest, MCP, health and metrics on one port. */
export async function createEdge(context: RoleContext): Promise<PreparedRole> {
  const { config, log, lifecycle } = context;
  const { host, port, edgeWorkers, allowedHosts, corsOrigins, shutdownDeadlineS } = config.http;
  refuseUnsafe(config);
  const tls = tlsFilesOf(config.http);
  const hosts = allowedHosts ?? ['localhost', '127.0.0.1', '[::1]', host];
  const ours = new Set(hosts);
  const ground = await openGround(context, 'edge');
  const { pool, redis, metrics, audit } = ground;
  const limits = openLimits(context, ground);
  registerQualityMetrics(metrics, pool);
  const { verifier, internal } = await createEdgeIdentity(config);
  const { router, cache, ingestion, onFault } = await openRouter(context, ground, internal, limits);
  const adapter = await openMcp({
    router,
    redis,
    log,
    lifecycle,
    baseUrl: `${tls === undefined ? 'http' : 'https'}://${host}:${port}`,
    health: () => cache.health().status,
    audit,
    toolLimit: limits.ofTool,
  });
  const server = lifecycle.use(
    'server',
    createEdgeServer({
      verifier,
      metrics,
      log,
      checks: {
        postgres: () => pool.query('select 1').then(() => ({ status: 'ok' })),
        cache: () => cache.health(),
        audit: () => audit.health(),
      },
      maxBodyBytes: config.limits.bodyBytes,
      drainMs: shutdownDeadlineS * 1_000,
      trustedProxies: config.http.trustedProxies,
      corsOrigins,
      tls,
    }),
  );
  auditRefusals(server.app, { audit, byRouter: new Set(['/graphql', '/graphql/stream']) });
  limitAddresses(server.app, limits.ofAddress);
  registerGraphQL(server.app, {
    router,
    limits: limits.ofPrincipal,
    verifier,
    path: '/graphql',
    maxBatch: config.limits.batch,
    landing: true,
  });
  // Until the dashboard takes its place: the page that says how to ask.
  server.app.get('/', (_request, reply) => reply.redirect('/graphql'));
  registerSubscriptions(server.app, {
    router,
    verifier,
    metrics,
    onFault,
    addresses: limits.ofAddress,
    mayCome: (origin) => ours.has(hostnameOf(origin)) || (corsOrigins ?? []).includes(origin),
  });
  server.app.register(httpIngest, {
    door: ingestion,
    verifier,
    log,
    senders: limits.ofSender,
    limits: { maxJsonBytes: config.limits.ingestBytes },
  });
  await registerMcp(server.app, {
    adapter,
    verifier,
    allowedHosts: hosts,
    // A name that is no address can't be looked up: tokens of our own have no server that gives them out.
    authorizationServers: URL.canParse(config.identity.issuer) ? [config.identity.issuer] : [],
  });

  return {
    async serve() {
      const address = await server.listen({ host, port, reusePort: edgeWorkers > 1 });
      return `The edge serves at ${address}.`;
    },
  };
}

const hostnameOf = (origin: string): string => URL.parse(origin)?.hostname ?? '';
