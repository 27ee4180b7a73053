/**
 * Our router over whatever supergraph it is given, for everybody: what the public federation-gateway-audit is run against.
 *
 *   node test/gateway-audit/serve.ts SUPERGRAPH_FILE PORT
 *
 * It reaches the subgraphs at the addresses in the supergraph, answers at /graphql, and is up when /health/live says so.
 * Version 0.0.3 of the audit has 199 cases: 197 pass, of which bare @apollo/gateway 2.14 passes 193. The other two are
 * plans of @apollo/query-planner that can't be mended from outside:
 * - `keys-mashup`: it goes back to a subgraph by a key that is not resolvable there, and leaves the resolvable one out.
 * - `requires-with-argument-conflict`: two @requires of one subgraph ask for one field with different arguments under one name.
 */
import { readFileSync } from 'node:fs';
import { etagOf } from '../../platform/cache/etag.ts';
import { systemPrincipal } from '../../platform/identity/access.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { createRemoteSubgraph } from '../../router/federation/remote/remote-subgraph.ts';
import { loadSupergraph } from '../../router/federation/supergraph.ts';
import { fixedText } from '../../router/federation/text-source.ts';
import { registerGraphQL } from '../../router/http/graphql.ts';
import { createEdgeServer } from '../../router/http/server.ts';
import { printManifest } from '../../router/operations/manifest.ts';
import { createRouter } from '../../router/router.ts';
import { createRouterMetrics } from '../../router/router-metrics.ts';
import { createHub } from '../../router/subscriptions/hub.ts';
import { iterate } from '../../router/subscriptions/iterate.ts';

const [file = 'supergraph.graphql', port = '4000'] = process.argv.slice(2);
const sdl = readFileSync(file, 'utf8');
const log = createLogger({ level: 'warn', name: 'gateway-audit' });
const metrics = createMetrics();
const subgraphs = new Map(
  loadSupergraph(sdl).subgraphs.map(({ name, url }) => [
    name,
    createRemoteSubgraph({ name, urls: [url], tokenFor: async () => 'none' }),
  ]),
);

const router = await createRouter({
  supergraph: fixedText(sdl),
  manifest: fixedText(
    printManifest({ format: 'apollo-persisted-query-manifest', version: 1, operations: [] }),
  ),
  subgraph: (name) => subgraphs.get(name),
  // The audit asks each question once: nothing is kept.
  cache: (encode) => ({
    peek: () => undefined,
    async answer(_question, execute, signal = new AbortController().signal) {
      const { status, body, error } = encode(await execute(signal));
      return { status, body, error, etag: etagOf(body), cache: { kind: 'uncacheable' }, maxAgeSeconds: 0 };
    },
  }),
  hub: (executor) => createHub({ executor, onFault: (err) => log.error({ err }) }),
  iterate,
  cacheTtlSeconds: {},
  adHoc: 'everybody',
  log,
  metrics: createRouterMetrics(metrics),
});

const everybody = {
  recall: () => systemPrincipal,
  verify: async () => ({ ok: true, principal: systemPrincipal }) as const,
};
const edge = createEdgeServer({ verifier: everybody, metrics, log });
edge.app.addHook('onRequest', (request, _reply, done) => {
  request.headers.authorization ??= 'Bearer everybody';
  done();
});
registerGraphQL(edge.app, { router, verifier: everybody, path: '/graphql', maxBatch: 10, landing: false });
process.stdout.write(`${await edge.listen({ host: '127.0.0.1', port: Number(port) })}\n`);
