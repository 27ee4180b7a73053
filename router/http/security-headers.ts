import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

export interface SecurityHeadersOptions {
  /** Origins whose pages may call us; none: no page of another origin may. */
  readonly corsOrigins: readonly string[];
  /** Whether we are reached by TLS, here or at a proxy of ours. */
  readonly secure: boolean;
}

/** For answers that are data: nothing in them may be run, framed or guessed at. */
const ofData = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
} as const;

/**
 * Headers that tell browsers what not to do. Pages (`reply.helmet()`) get helmet's whole set; data get four, and answers to a POST,
 * which go out by the ten thousand, one. There is nothing to forge a request with: the token is in a header, which no
 * browser adds by itself and which asks for a preflight; bodies that need none (forms, text) are refused with 415.
 */
export function registerSecurityHeaders(
  app: FastifyInstance,
  { corsOrigins, secure }: SecurityHeadersOptions,
): void {
  const headers = secure
    ? { ...ofData, 'strict-transport-security': 'max-age=31536000; includeSubDomains' }
    : ofData;
  app.addHook('onRequest', ({ method }, reply, done) => {
    // No page is ever made of the answer to a POST: what speaks of pages would be weight on the busiest way.
    if (method === 'POST' && !secure) reply.header('x-content-type-options', 'nosniff');
    else reply.headers(headers);
    done();
  });
  app.register(helmet, { global: false, hsts: secure });
  if (corsOrigins.length === 0) return;
  app.register(cors, {
    origin: [...corsOrigins],
    methods: ['GET', 'POST', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'accept',
      'traceparent',
      'last-event-id',
      'mcp-protocol-version',
      'mcp-session-id',
    ],
    exposedHeaders: [
      'ratelimit',
      'ratelimit-policy',
      'retry-after',
      'x-request-id',
      'etag',
      'www-authenticate',
    ],
    maxAge: 600,
  });
}
