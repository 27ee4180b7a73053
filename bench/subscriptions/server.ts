import { pino } from 'pino';
import { createBus } from '../../platform/bus/bus.ts';
import { createRedis } from '../../platform/redis/redis.ts';
import { createSubgraph } from '../../platform/subgraph/create-subgraph.ts';
import type { BaseContext, SourceEvent } from '../../platform/subgraph/types.ts';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { createResponseCache } from '../../router/cache/response-cache.ts';
import { composeSupergraph } from '../../router/federation/compose.ts';
import { testTtls } from '../../router/federation/test/plan.ts';
import { fixedText } from '../../router/federation/text-source.ts';
import { createEdgeServer } from '../../router/http/server.ts';
import { createRouter } from '../../router/router.ts';
import { createRouterMetrics } from '../../router/router-metrics.ts';
import { createHub } from '../../router/subscriptions/hub.ts';
import { iterate } from '../../router/subscriptions/iterate.ts';
import { registerSubscriptions } from '../../router/subscriptions/register.ts';
import { openEdge, testSchemas, topic } from '../../test/cache/ground.ts';
import { createTestIdentity } from '../../test/kit/token.ts';
import { manifestOf } from '../../test/router/ground.ts';
import { subscription } from './subscription.ts';

const head = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requiresScopes", "@composeDirective"])
  @link(url: "https://eaio.dev/graph/v1.0", import: ["@cacheControl"])
  @composeDirective(name: "@cacheControl")
`;
const read = '@requiresScopes(scopes: [["energy:read"]])';
const log = pino({ level: 'silent' });

/** The edge alone, on the bus; two subgraphs in process, so that every event has a rest to execute. */
const [, , redisUrl = ''] = process.argv;
const redis = createRedis(redisUrl, { name: 'bench' });
const bus = createBus({ redis, schemas: testSchemas(), log });
const meters = createSubgraph<BaseContext>({
  ...{ name: 'meters', log, context: (base: BaseContext) => base },
  sdl: `${head}
type Query { meter: Meter ${read} }
type Subscription { readings: Reading! ${read} }
type Meter @key(fields: "id") ${read} { id: ID! }
type Reading ${read} { time: String! value: Float! quality: String! meter: Meter! }`,
  resolvers: {
    Query: { meter: () => null },
    Subscription: {
      readings: {
        async *subscribe(
          _: unknown,
          _args: unknown,
          { after, signal }: BaseContext,
        ): AsyncGenerator<SourceEvent<unknown>> {
          const following = bus.follow(topic, { after, signal: signal ?? new AbortController().signal });
          for await (const delivery of following) {
            if (delivery.kind === 'gap') yield { gap: delivery, cursor: delivery.position };
            else yield { payload: delivery.event.data, cursor: delivery.position };
          }
        },
      },
    },
  },
});
const buildings = createSubgraph<BaseContext>({
  ...{ name: 'buildings', log, context: (base: BaseContext) => base },
  sdl: `${head}
type Query { buildings: Int ${read} }
extend type Meter @key(fields: "id") { id: ID! @external building: String! ${read} }`,
  resolvers: {
    Query: { buildings: () => 0 },
    Meter: { building: ({ id }: { id: string }) => `building of ${id}` },
  },
});
const subgraphs = new Map([meters, buildings].map((subgraph) => [subgraph.name, subgraph]));
const composed = composeSupergraph([...subgraphs.values()]);
if (!composed.ok) throw new Error(JSON.stringify(composed.faults));

const identity = await createTestIdentity();
const metrics = createMetrics();
const { cache } = openEdge(redisUrl);
const onFault = (error: unknown): void => console.error(error);
const router = await createRouter({
  supergraph: fixedText(composed.sdl),
  manifest: fixedText(manifestOf({ Bench: subscription })),
  subgraph: (name) => subgraphs.get(name),
  cache: (encode) => createResponseCache({ cache, encode }),
  hub: (executor) => createHub({ executor, onFault }),
  ...{ iterate, log, cacheTtlSeconds: testTtls, metrics: createRouterMetrics(metrics) },
});
const edge = createEdgeServer({ verifier: identity.verifier, metrics, log });
registerSubscriptions(edge.app, { router, verifier: identity.verifier, metrics, onFault });
const url = await edge.listen({ host: '127.0.0.1', port: 0 });

process.on('message', () => {
  // Down to what is held: the slack that V8 keeps for the next garbage comes and goes.
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  process.send?.({ rss: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit());
process.send?.({ url, bearer: await identity.bearerFor('viewer', { ttlMs: 3_600_000 }) });
