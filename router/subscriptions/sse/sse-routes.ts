import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EaioError } from '../../../platform/errors/eaio-error.ts';
import type { Principal } from '../../../platform/identity/principal.ts';
import type { TokenVerifier } from '../../../platform/identity/token-verifier.ts';
import { callerOf } from '../../http/caller.ts';
import { type GraphQLRequest, readBody, readQueryString } from '../../http/read-request.ts';
import type { Router, RouterRequest } from '../../types.ts';
import type { Keeper } from '../keeper.ts';
import { kindOf } from '../kind-of.ts';
import type { QueueBounds } from '../outlet.ts';
import { openSseStream, type SseStream } from './sse-stream.ts';

export interface SseRoutesOptions {
  readonly router: Router;
  readonly verifier: TokenVerifier;
  readonly keeper: Keeper;
  readonly path: string;
  readonly bounds: QueueBounds;
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
}

/** Streams that are open; `close` ends them so that clients come again elsewhere. */
export interface SseRoutes {
  close(): void;
}

/**
 * GraphQL over Server-Sent Events (graphql-sse's protocol) in distinct connections mode: one operation a request, by POST
 * with a JSON body or by GET. The token comes as `Authorization`. What is wrong with the token or the form of the request
 * is an HTTP error; what is wrong with the operation comes as an event, as the protocol asks.
 */
export function registerSse(app: FastifyInstance, options: SseRoutesOptions): SseRoutes {
  const { router, verifier, keeper, path, bounds, now, onFault } = options;
  const streams = new Set<SseStream>();
  let closing = false;

  async function serve(
    request: FastifyRequest,
    reply: FastifyReply,
    asked: GraphQLRequest,
    principal: Principal,
  ): Promise<void> {
    const gone = new AbortController();
    let leave = (): void => gone.abort();
    const wanted = routerRequest(request, asked, principal);
    reply.hijack();
    const stream = openSseStream({
      ...{ response: reply.raw, principal, bounds, now },
      onClose() {
        streams.delete(stream);
        keeper.remove(stream);
        leave();
      },
    });
    streams.add(stream);
    keeper.add(stream);
    if (kindOf(wanted, router) !== 'subscription') {
      const readOnly = request.method === 'GET';
      return stream.result((await router.execute({ ...wanted, readOnly, signal: gone.signal })).body);
    }
    const attached = await router.attach(wanted, stream);
    if (!attached.ok) return stream.result(attached.answer.body);
    leave = attached.leave;
    if (reply.raw.closed) leave();
  }

  app.route({
    method: ['GET', 'POST'],
    url: path,
    async handler(request, reply) {
      const { authorization, accept } = request.headers;
      const principal = await callerOf(verifier, authorization);
      keeper.vouch(principal, authorization?.replace(/^bearer\s+/i, '').trim() ?? '');
      if (closing) throw new EaioError('SHUTTING_DOWN', 'This process is going down; another one answers.');
      if (accept !== undefined && !/text\/event-stream|text\/\*|\*\/\*/.test(accept)) {
        throw new EaioError('BAD_REQUEST', 'This address answers with `accept: text/event-stream` alone.');
      }
      const asked =
        request.method === 'GET'
          ? readQueryString(request.query as Readonly<Record<string, unknown>>)
          : readBody(request.body);
      serve(request, reply, asked, principal).catch((error) => {
        onFault(error);
        reply.raw.destroy();
      });
      return reply;
    },
  });

  return {
    close() {
      closing = true;
      for (const stream of streams) stream.end({ kind: 'draining' });
    },
  };
}

function routerRequest(
  { headers, ip }: FastifyRequest,
  { operation, variables, extensions }: GraphQLRequest,
  principal: Principal,
): RouterRequest {
  const after = extensions?.['after'] ?? headers['last-event-id'];
  return {
    ...{ operation, variables, principal },
    origin: { address: ip, userAgent: headers['user-agent'], door: 'sse' },
    after: typeof after === 'string' && after !== '' ? after : undefined,
    traceparent: typeof headers['traceparent'] === 'string' ? headers['traceparent'] : undefined,
  };
}
