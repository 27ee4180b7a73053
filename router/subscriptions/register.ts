import type { FastifyInstance } from 'fastify';
import type { TokenVerifier } from '../../platform/identity/token-verifier.ts';
import type { Limiter } from '../../platform/limits/types.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import type { Router } from '../types.ts';
import { createKeeper } from './keeper.ts';
import type { QueueBounds } from './outlet.ts';
import { registerSse } from './sse/sse-routes.ts';
import { openWebSocketDoor } from './websocket/door.ts';

export interface SubscriptionsOptions {
  readonly router: Router;
  readonly verifier: TokenVerifier;
  readonly metrics: Metrics;
  /** Told of faults of ours. */
  readonly onFault: (error: unknown) => void;
  /** WebSocket; default `/graphql`. */
  readonly path?: string | undefined;
  /** Server-sent events; default `/graphql/stream`. */
  readonly streamPath?: string | undefined;
  /** What may wait for one slow client. */
  readonly bounds?: QueueBounds | undefined;
  /** See `DoorOptions`. */
  readonly mayCome?: ((origin: string, host: string | undefined) => boolean) | undefined;
  /** New connections of each network address. */
  readonly addresses?: Limiter | undefined;
  readonly initWaitMs?: number | undefined;
  readonly heartbeatMs?: number | undefined;
  /** How often tokens of open connections are looked at again; default 30 s. */
  readonly recheckMs?: number | undefined;
  readonly roundMs?: number | undefined;
  readonly maxOperations?: number | undefined;
  readonly maxMessageBytes?: number | undefined;
  /** How long clients may take to answer the close; default 5 s. */
  readonly closeGraceMs?: number | undefined;
  readonly now?: (() => number) | undefined;
}

/**
 * Subscriptions (and, over the same sockets, queries and mutations) on the server of `app`: graphql-transport-ws and
 * server-sent events. When the app closes, streams end first and in a way that sends clients elsewhere.
 */
export function registerSubscriptions(app: FastifyInstance, options: SubscriptionsOptions): void {
  const { router, verifier, metrics, onFault, bounds = {}, now = Date.now, closeGraceMs = 5_000 } = options;
  const { path = '/graphql', streamPath = '/graphql/stream' } = options;
  const { heartbeatMs = 15_000, recheckMs = 30_000, roundMs = 1_000 } = options;
  const keeper = createKeeper({ verifier, heartbeatMs, recheckMs, roundMs, now });
  const common = { router, verifier, keeper, bounds, now, onFault };
  const { initWaitMs, maxOperations, maxMessageBytes, addresses, mayCome } = options;
  const door = openWebSocketDoor({
    ...common,
    ...{ server: app.server, path, initWaitMs, maxOperations, maxMessageBytes, addresses, mayCome },
  });
  const sse = registerSse(app, { ...common, path: streamPath });

  metrics.gauge({
    name: 'eaio_stream_connections',
    help: 'Open WebSockets and server-sent event streams.',
    collect: (gauge) => gauge.set(keeper.size),
  });
  app.addHook('preClose', async () => {
    sse.close();
    await door.close(closeGraceMs);
    keeper[Symbol.dispose]();
  });
}
