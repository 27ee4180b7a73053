import { randomBytes } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import { codeOf } from '../../platform/errors/facts.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import type { TokenVerifier } from '../../platform/identity/token-verifier.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import type { CertificateFiles } from '../../platform/tls/certificate.ts';
import { installErrorHandler } from './error-handler.ts';
import { type HealthChecks, registerHealth } from './health.ts';
import { createListener } from './listener.ts';
import { registerMetrics } from './metrics.ts';
import { registerSecurityHeaders } from './security-headers.ts';
import { trackUnusedSockets } from './unused-sockets.ts';

export interface EdgeServerOptions {
  readonly verifier: TokenVerifier;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly checks?: HealthChecks | undefined;
  /** Default 4 MiB: 10,000 readings are about one. */
  readonly maxBodyBytes?: number | undefined;
  /** For a request to arrive whole; default 30 s. */
  readonly requestTimeoutMs?: number | undefined;
  /** Proxies whose `X-Forwarded-For` counts. */
  readonly trustedProxies?: readonly string[] | undefined;
  readonly corsOrigins?: readonly string[] | undefined;
  /** Serve by TLS; renewed files are taken up. */
  readonly tls?: CertificateFiles | undefined;
  /** How long running requests may take to finish when the server closes; default 10 s. */
  readonly drainMs?: number | undefined;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Several processes listen on the same port, and the system deals the connections out (Linux, BSD). */
  readonly reusePort?: boolean | undefined;
}

export interface EdgeAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Several processes may listen at the port; the kernel shares the connections out. */
  readonly reusePort?: boolean | undefined;
}

export interface EdgeServer extends AsyncDisposable {
  /** Where the parts of the edge (GraphQL, streams, MCP, ingest, dashboard) put their routes, before `listen`. */
  readonly app: FastifyInstance;
  /** Resolves to the address. Rejects with an OperatorError when the port can't be had. */
  listen(address: ListenAddress): Promise<string>;
  readonly draining: boolean;
  /** Not ready from now on; connections close behind their running request; what takes longer than `drainMs` is cut. */
  close(): Promise<void>;
}

/** The edge's one port: errors, health, metrics, request ids, time limits and drain are the same for all that is served on it. */
export function createEdgeServer(options: EdgeServerOptions): EdgeServer {
  const {
    verifier,
    metrics,
    log,
    checks = {},
    maxBodyBytes = 4 * 1_048_576,
    requestTimeoutMs = 30_000,
    drainMs = 10_000,
    trustedProxies = [],
    corsOrigins = [],
    tls,
  } = options;
  let closing: Promise<void> | undefined;
  const app = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    serverFactory: (handler, { keepAliveTimeout }: { keepAliveTimeout?: number }) =>
      createListener(handler, { requestTimeoutMs, keepAliveTimeout, tls, log }),
    // Longer than load balancers keep theirs, so that they close first (else requests race with the close).
    keepAliveTimeout: 75_000,
    genReqId: createRequestIds(),
    requestIdHeader: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500 },
  });

  registerSecurityHeaders(app, { corsOrigins, secure: tls !== undefined || trustedProxies.length > 0 });
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  // A request that began before the close does not know of it yet when it is answered.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
  const onFault = (error: Error & { readonly extensions: Readonly<Record<string, unknown>> }) =>
    log.error({ err: error.cause ?? error, ...error.extensions }, 'A request failed by a fault of ours.');
  installErrorHandler(app, { onFault, maxBodyBytes });
  registerMetrics(app, { metrics, verifier });
  registerHealth(app, { checks, isDraining: () => closing !== undefined });

  const closeUnusedSockets = trackUnusedSockets(app.server);
  async function drain(): Promise<void> {
    closeUnusedSockets();
    const cut = setTimeout(() => app.server.closeAllConnections(), drainMs);
    await app.close();
    clearTimeout(cut);
  }

  const close = () => {
    closing ??= drain();
    return closing;
  };
  return {
    app,
    async listen({ host, port, reusePort = false }) {
      // Fastify's types do not know it; it hands its options to Node's `server.listen` as they are.
      const address = { host, port, reusePort };
      try {
        return await app.listen(address);
      } catch (error) {
        throw listenFault(error, host, port);
      }
    },
    get draining() {
      return closing !== undefined;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The caller's id when it is fit to be logged; else one that is unique over processes and cheap to make. */
function createRequestIds(): (request: { readonly headers: NodeJS.Dict<string | string[]> }) => string {
  const process = randomBytes(4).toString('hex');
  let count = 0;
  return ({ headers }) => {
    const sent = headers['x-request-id'];
    if (typeof sent === 'string' && /^[\w.:-]{1,64}$/.test(sent)) return sent;
    count += 1;
    return `${process}-${count.toString(36)}`;
  };
}

function listenFault(error: unknown, host: string, port: number): unknown {
  const code = codeOf(error);
  if (code === 'EADDRINUSE')
    return new OperatorError(
      `Port ${port} is taken: stop what uses it, or choose another by PORT or --port.`,
      { cause: error },
    );
  if (code === 'EACCES')
    return new OperatorError(`Port ${port} may not be used by this user: choose one over 1023.`, {
      cause: error,
    });
  if (code === 'EADDRNOTAVAIL')
    return new OperatorError(`This machine has no address ${host} to listen on.`, { cause: error });
  return error;
}
