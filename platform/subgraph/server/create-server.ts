import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { ErrorCode } from '../../errors/catalogue.ts';
import { EaioError } from '../../errors/eaio-error.ts';
import { messageOf } from '../../errors/facts.ts';
import type { TokenVerifier } from '../../identity/token-verifier.ts';
import type { Subgraph } from '../types.ts';
import { routersCaller } from './caller.ts';
import { readWireRequest } from './request.ts';
import { serveWebSocket } from './web-socket.ts';

export interface SubgraphServerOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly verifier: TokenVerifier;
  readonly log: Pick<Logger, 'error'>;
  /** Rejects, with the reason, while the subgraph can't answer (its database is away). Default: always ready. */
  readonly ready?: () => Promise<void>;
  /** Largest body and WebSocket message. Default 16 MiB: 10,000 readings are about one. */
  readonly maxBodyBytes?: number;
  /** How long `close` waits for WebSockets to answer before it cuts them. Default 5,000 ms. */
  readonly closeGraceMs?: number;
}

export interface SubgraphServer extends AsyncDisposable {
  /** `http://host:port`; operations go to `/graphql`, subscriptions to the same address by WebSocket. */
  readonly url: string;
  /** Not ready from now on; running operations finish, WebSockets close with 1001. May be called twice. */
  close(): Promise<void>;
}

/**
 * A subgraph's own door, for when it runs apart from the router. The router's side is router/federation.
 * - `POST /graphql`: `{ query, operationName?, variables?, extensions?: { after? } }`, `authorization: Bearer <internal token>`,
 *   `traceparent`, `apollo-federation-include-trace: ftv1`; answers 200 with GraphQL's JSON, `extensions.tags` included. 4xx only for a request that is none.
 * - WebSocket `/graphql`: graphql-transport-ws, see `serveWebSocket`.
 * - `GET /health/live`, `GET /health/ready`.
 */
export async function createSubgraphServer(
  subgraph: Subgraph,
  options: SubgraphServerOptions,
): Promise<SubgraphServer> {
  const { host, port, verifier, log, ready = async () => undefined, maxBodyBytes = 16 * 1_048_576 } = options;
  const app = fastify({ bodyLimit: maxBodyBytes, forceCloseConnections: 'idle', trustProxy: false });
  let closing: Promise<void> | undefined;

  app.setErrorHandler((error, _request, reply) => sendError(reply, toEaioError(error, log)));
  app.setNotFoundHandler((request, reply) =>
    sendError(
      reply,
      new EaioError(
        'NOT_FOUND',
        `There is nothing at ${request.method} ${request.url}: operations go to POST /graphql.`,
      ),
    ),
  );
  addHealth(app, { isClosing: () => closing !== undefined, ready });
  app.post('/graphql', async (request, reply) => {
    const principal = await routersCaller(verifier, request.headers.authorization);
    const { authorization: _unused, traceparent: inBody, ...wire } = readWireRequest(request.body);
    const header = request.headers['traceparent'];
    const traceparent = typeof header === 'string' ? header : inBody;
    const federatedTrace = request.headers['apollo-federation-include-trace'] === 'ftv1';
    return reply.send(
      await subgraph.execute({ ...wire, principal, traceparent, federatedTrace, signal: goneSignal(reply) }),
    );
  });

  const closeWebSockets = serveWebSocket({
    server: app.server,
    path: '/graphql',
    subgraph,
    verifier,
    maxMessageBytes: maxBodyBytes,
    closeGraceMs: options.closeGraceMs ?? 5_000,
  });
  await app.listen({ host, port });

  const close = () => {
    closing ??= closeWebSockets().then(() => app.close());
    return closing;
  };
  const { port: actual } = app.server.address() as AddressInfo;
  return { url: `http://${host}:${actual}`, close, [Symbol.asyncDispose]: close };
}

function addHealth(app: FastifyInstance, state: { isClosing(): boolean; ready(): Promise<void> }): void {
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (_request, reply) => {
    if (state.isClosing()) return reply.code(503).send({ status: 'closing' });
    try {
      await state.ready();
      return { status: 'ok' };
    } catch (error) {
      return reply.code(503).send({ status: 'unavailable', reason: messageOf(error) });
    }
  });
}

/** Aborts when the caller hangs up before its answer is sent. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new EaioError('BAD_REQUEST', 'The caller hung up.'));
  });
  return controller.signal;
}

const sendError = (reply: FastifyReply, { status, message, extensions }: EaioError) =>
  reply.code(status).send({ errors: [{ message, extensions }] });

const codes: Readonly<Record<number, ErrorCode>> = {
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** Fastify's own refusals (not JSON, too large) carry a 4xx status; anything else is our fault. */
function toEaioError(error: unknown, log: SubgraphServerOptions['log']): EaioError {
  if (error instanceof EaioError) return error;
  const status = statusOf(error);
  if (status >= 400 && status < 500) {
    return new EaioError(codes[status] ?? 'BAD_REQUEST', messageOf(error));
  }
  log.error({ err: error }, 'a subgraph request failed by a fault of ours');
  return new EaioError('INTERNAL_SERVER_ERROR', 'Something went wrong on our side; the log holds it.');
}

const statusOf = (thrown: unknown): number =>
  typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown ? Number(thrown.statusCode) : 500;
