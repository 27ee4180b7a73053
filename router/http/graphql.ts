import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import type { RememberingVerifier } from '../../platform/identity/token-verifier.ts';
import type { PrincipalLimits } from '../../platform/limits/principal-limits.ts';
import type { Router, RouterAnswer, RouterRequest } from '../types.ts';
import { answerBatch } from './batch.ts';
import { createBodyMemory } from './body-memory.ts';
import { callerOf, knownCaller } from './caller.ts';
import { landingPage } from './landing.ts';
import { negotiate, wantsPage } from './media-type.ts';
import { sandboxPolicy } from './page-policy.ts';
import { type GraphQLRequest, readQueryString } from './read-request.ts';
import { sendAnswer } from './send-answer.ts';

export interface GraphQLRoutesOptions {
  readonly router: Router;
  readonly verifier: RememberingVerifier;
  readonly path: string;
  /** Told to clients in every answer; they are kept by the router. */
  readonly limits?: PrincipalLimits | undefined;
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
  { router, verifier, limits, path, maxBatch, landing }: GraphQLRoutesOptions,
): void {
  const bodies = createBodyMemory();
  app.register(async (scope) => {
    scope.decorateRequest('principal', null);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) =>
      done(null, text),
    );
    scope.addHook('onRequest', (request, _reply, done) => {
      if (landing && isVisit(request)) return done();
      const { authorization } = request.headers;
      request.principal = knownCaller(verifier, authorization) ?? null;
      if (request.principal !== null) return done();
      callerOf(verifier, authorization).then((principal) => {
        request.principal = principal;
        done();
      }, done);
    });

    scope.post(path, (request, reply) => {
      const body = bodies.read(request.body);
      switch (body.kind) {
        case 'one':
          return answer(body.request, request, reply);
        case 'batch':
          return answerBatch(body.requests, maxBatch, reply, (one) => execute(asked(one, request), reply));
      }
    });
    scope.get(path, (request, reply) => {
      if (landing && isVisit(request)) return sendPage(reply);
      return answer(readQueryString(request.query as Record<string, unknown>), request, reply);
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

  async function sendPage(reply: FastifyReply): Promise<FastifyReply> {
    reply.removeHeader('content-security-policy');
    await reply.helmet(sandboxPolicy);
    return reply.type('text/html; charset=utf-8').send(landingPage(path));
  }

  /** What is known at once goes out at once: no promise is made for it. */
  function answer(
    wanted: GraphQLRequest,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> | undefined {
    const mediaType = negotiate(request.headers.accept);
    const question = asked(wanted, request);
    const known = router.answerNow(question);
    if (known) return send(known);
    return execute(question, reply).then((found) => send(found) ?? reply);

    function send(found: RouterAnswer): Promise<FastifyReply> | undefined {
      if (limits !== undefined) tellLimits(limits, question.principal.subject, reply);
      return sendAnswer(request, reply, found, mediaType);
    }
  }

  function execute(question: RouterRequest, reply: FastifyReply): Promise<RouterAnswer> {
    return router.execute({ ...question, signal: goneSignal(reply) });
  }
}

function tellLimits(limits: PrincipalLimits, subject: string, reply: FastifyReply): void {
  const { policy, limit } = limits.fields(subject);
  reply.header('ratelimit-policy', policy);
  if (limit !== undefined) reply.header('ratelimit', limit);
}

function asked({ operation, variables }: GraphQLRequest, request: FastifyRequest): RouterRequest {
  const { principal, headers, method } = request;
  if (!principal) throw new EaioError('UNAUTHENTICATED', 'Nobody has said who asks.');
  const traceparent = headers['traceparent'];
  return {
    operation,
    variables,
    principal,
    origin: { address: request.ip, userAgent: headers['user-agent'], door: 'http' },
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    readOnly: method === 'GET',
  };
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
