import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { createResponseCache } from '../../router/cache/response-cache.ts';
import { type Mode, reach } from '../../router/federation/test/modes.ts';
import { testTtls } from '../../router/federation/test/plan.ts';
import { fixedText } from '../../router/federation/text-source.ts';
import { createEdgeServer } from '../../router/http/server.ts';
import { createRouter } from '../../router/router.ts';
import { createRouterMetrics } from '../../router/router-metrics.ts';
import { createHub, type HubOptions } from '../../router/subscriptions/hub.ts';
import { iterate } from '../../router/subscriptions/iterate.ts';
import { registerSubscriptions, type SubscriptionsOptions } from '../../router/subscriptions/register.ts';
import type { Hub } from '../../router/subscriptions/types.ts';
import { openEdge } from '../cache/ground.ts';
import { createTestRedis } from '../kit/redis.ts';
import { createTestIdentity } from '../kit/token.ts';
import { until } from '../kit/wait.ts';
import { manifestOf } from '../router/ground.ts';
import { createSensors, type Sensors } from './sensors.ts';
import { connect, type WsClient } from './ws-client.ts';

/** The persisted operations of these tests. */
export const texts = {
  Readings: 'subscription Readings($of: ID) { readings(of: $of) { value sensor { id room } } }',
  Notes: 'subscription Notes { readings { value note } }',
  Pulse: 'subscription Pulse($of: ID) { pulse(of: $of) { value note } }',
  Refused: 'subscription Refused { refused }',
  Sensor: 'query Sensor($id: ID!) { sensor(id: $id) { id room } }',
  Rename: 'mutation Rename($id: ID!) { rename(id: $id) { id } }',
} as const;
export type TextName = keyof typeof texts;

type Fields = Record<string, unknown>;

export const persisted = (name: TextName, variables: Fields = {}, extensions: Fields = {}) => ({
  variables,
  extensions: {
    persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(texts[name]).digest('hex') },
    ...extensions,
  },
});

export interface SubscriptionGroundOptions {
  readonly mode?: Mode;
  readonly hub?: Partial<HubOptions>;
  readonly subscriptions?: Partial<SubscriptionsOptions>;
  readonly clock?: () => number;
  /** Shared with another edge: as two processes read one bus. */
  readonly sensors?: Sensors;
}

/** One edge with streams: real subgraphs, tokens, Redis, sockets. */
export async function openStreamEdge({
  mode = 'in process',
  hub: hubOptions = {},
  subscriptions = {},
  clock = Date.now,
  sensors = createSensors(),
}: SubscriptionGroundOptions = {}) {
  await using made = new AsyncDisposableStack();
  const log = pino({ level: 'silent' });
  const faults: unknown[] = [];
  const onFault = (error: unknown) => void faults.push(error);
  const identity = await createTestIdentity({ clock });
  const reached = made.use(await reach(sensors.subgraphs, mode, identity));
  const redis = made.use(await createTestRedis());
  const { cache } = made.use(openEdge(redis.url));
  const metrics = createMetrics();
  const hubs: Hub[] = [];
  const router = made.use(
    await createRouter({
      supergraph: fixedText(sensors.sdl),
      manifest: fixedText(manifestOf(texts)),
      subgraph: reached.subgraph,
      cache: (encode) => createResponseCache({ cache, encode }),
      hub(executor) {
        const hub = createHub({ executor, onFault, now: clock, ...hubOptions });
        hubs.push(hub);
        return hub;
      },
      iterate,
      cacheTtlSeconds: testTtls,
      log,
      metrics: createRouterMetrics(metrics),
    }),
  );
  const edge = made.use(createEdgeServer({ verifier: identity.verifier, metrics, log }));
  registerSubscriptions(edge.app, {
    ...{ router, verifier: identity.verifier, metrics, onFault, now: clock },
    ...subscriptions,
  });
  const url = await edge.listen({ host: '127.0.0.1', port: 0 });
  const wsUrl = `${url.replace('http', 'ws')}/graphql`;
  const clients = made.adopt<WsClient[]>([], (all) => {
    for (const { socket } of all) socket.terminate();
  });
  const [hub] = hubs;
  if (!hub) throw new Error('The router has made no hub.');

  /** A client whose connection is acknowledged. */
  async function client(role: Parameters<typeof identity.bearerFor>[0] = 'viewer', token?: string) {
    const opened = await connect(wsUrl);
    clients.push(opened);
    const authorization = token ?? (await identity.bearerFor(role));
    opened.send({ type: 'connection_init', payload: { authorization } });
    const ack = await opened.next();
    if (ack.type !== 'connection_ack') throw new Error(`Not acknowledged: ${JSON.stringify(ack)}`);
    return opened;
  }

  /** A stream that surely listens: the source is open and the subscriber is known. */
  async function subscribed(
    by: WsClient,
    id: string,
    ...operation: Parameters<typeof persisted>
  ): Promise<WsClient> {
    const before = hub?.counts.subscribers ?? 0;
    by.send({ type: 'subscribe', id, payload: persisted(...operation) });
    await until(() => hub?.counts.subscribers === before + 1, { what: 'the subscription' });
    await until(() => sensors.readings.open + sensors.pulses.open > 0, { what: 'the source' });
    return by;
  }

  const stack = made.move();
  return {
    ...{ sensors, identity, router, hub, edge, metrics, url, wsUrl, client, subscribed, faults },
    connect: async (options?: Parameters<typeof connect>[1]) => {
      const opened = await connect(wsUrl, options);
      clients.push(opened);
      return opened;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
