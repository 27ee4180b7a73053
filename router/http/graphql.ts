import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import type { TokenVerifier } from '../../platform/identity/token-verifier.ts';
import type { Router } from '../types.ts';
import { answerBatch } from './batch.ts';
import { callerOf } from './caller.ts';
import { landingPage } from './landing.ts';
import { negotiate, wantsPage } from './media-type.ts';
import { type GraphQLRequest, readBody, readQueryString } from './read-request.ts';
import { sendAnswer } from './send-answer.ts';

export interface GraphQLRoutesOptions {
  readonly router: Router;
  readonly verifier: TokenVerifier;
  readonly path: string;
  /** Operations in one request at most. */
  readonly maxBatch: number;
  /** Show a page to browsers that open the address. */
  readonly landing: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set before the body is read, where a route asks for a token. */
    principal: Principal | null;
  }
}

/**
 * `POST` and `GET` by GraphQL over HTTP, batches, persisted operations. The token is checked before the body is read.
 * A cached answer goes out as the bytes that the cache holds.
 */
export function registerGraphQL(
  app: FastifyInstance,
  { router, verifier, path, maxBatch, landing }: GraphQLRoutesOptions,
): void {
  app.register(async (scope) => {
    scope.decorateRequest('principal', null);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
      try {
        done(null, JSON.parse(String(text)));
      } catch (error) {
        done(
          new EaioError(
            'BAD_REQUEST',
            `The body is not JSON: ${error instanceof Error ? error.message : error}`,
          ),
        );
      }
    });
    scope.addHook('onRequest', (request, _reply, done) => {
      if (landing && isVisit(request)) return done();
      callerOf(verifier, request.headers.authorization).then((principal) => {
        request.principal = principal;
        done();
      }, done);
    });

    scope.post(path, async (request, reply) => {
      const { body } = request;
      if (Array.isArray(body))
        return await answerBatch(body, maxBatch, reply, (one) => ask(one, request, reply));
      return await answer(readBody(body), request, reply);
    });
    scope.get(path, async (request, reply) => {
      if (landing && isVisit(request)) return reply.type('text/html; charset=utf-8').send(landingPage(path));
      return await answer(readQueryString(request.query as Record<string, unknown>), request, reply);
    });
    scope.route({
      method: ['PUT', 'PATCH', 'DELETE'],
      url: path,
      handler: (_request, reply) => {
        reply.header('allow', 'GET, POST');
        throw new EaioError('METHOD_NOT_ALLOWED', 'Send operations by POST, or queries by GET.');
      },
    });
  });

  function ask({ operation, variables }: GraphQLRequest, request: FastifyRequest, reply: FastifyReply) {
    if (!request.principal) throw new EaioError('UNAUTHENTICATED', 'Nobody has said who asks.');
    return router.execute({
      operation,
      variables,
      principal: request.principal,
      signal: goneSignal(reply),
      traceparent: request.headers['traceparent'] as string | undefined,
      readOnly: request.method === 'GET',
    });
  }

  async function answer(
    wanted: GraphQLRequest,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const found = await ask(wanted, request, reply);
    if (found.error === 'METHOD_NOT_ALLOWED') reply.header('allow', 'POST');
    return sendAnswer(request, reply, found, negotiate(request.headers.accept));
  }
}

/** A browser that opens the address, and asks nothing. */
function isVisit({ method, query, headers }: FastifyRequest): boolean {
  return method === 'GET' && wantsPage(headers.accept) && Object.keys(query as object).length === 0;
}

/** Aborts when the client hangs up before it has its answer. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort(new EaioError('BAD_REQUEST', 'The client went away.'));
  });
  return gone.signal;
}
