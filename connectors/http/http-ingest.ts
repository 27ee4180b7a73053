import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import type { TokenVerifier } from '../../platform/identity/token-verifier.ts';
import { rateLimited } from '../../platform/limits/principal-limits.ts';
import type { Limiter } from '../../platform/limits/types.ts';
import { atMost, discard, unpacked } from './body.ts';
import { senderOf } from './caller.ts';
import { installErrorHandler, mediaTypes } from './error-handler.ts';
import { defaultLimits, type IngestLimits } from './limits.ts';
import type { ReadingsDoor } from './readings-door.ts';
import { createSlots } from './slots.ts';
import { takeLines } from './take-lines.ts';
import { takeList } from './take-list.ts';

export interface HttpIngestOptions {
  readonly door: ReadingsDoor;
  readonly verifier: TokenVerifier;
  readonly log: Pick<Logger, 'error'>;
  /** Default `/ingest/v1/readings`. */
  readonly path?: string | undefined;
  readonly limits?: Partial<IngestLimits> | undefined;
  /** Requests of each principal. */
  readonly senders?: Limiter | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends readings, and the place that the request has: both set before its body is read. */
    ingest: { readonly principal: Principal; readonly leave: () => void } | null;
  }
}

/**
 * A Fastify plugin: `POST /ingest/v1/readings` takes readings as JSON (a list, or `{ "readings": [...] }`) or NDJSON (one
 * object a line, streamed), plain or gzip, from a token with the scope `energy:ingest`.
 * - JSON answers with a result for each item, NDJSON with counts and the refused lines.
 * - 202: what was accepted is safe and will be stored; `prefer: wait=N` waits up to N seconds for that, and then it is 200.
 * - A faulty item or line is refused alone; sending the same again changes nothing.
 * - Over a limit: 413 that names it. Too many requests at once: 429. No database: 503. The token is checked before the body is read.
 */
export async function httpIngest(app: FastifyInstance, options: HttpIngestOptions): Promise<void> {
  const { door, verifier, log, path = '/ingest/v1/readings' } = options;
  const limits: IngestLimits = { ...defaultLimits, ...options.limits };
  const slots = createSlots(limits.maxConcurrent);

  app.decorateRequest('ingest', null);
  app.removeAllContentTypeParsers();
  // The handlers read the body themselves, piece by piece.
  app.addContentTypeParser([...mediaTypes], (_request, payload, done) => done(null, payload));
  installErrorHandler(app, log);

  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'POST') return;
    const principal = await senderOf(verifier, request.headers.authorization);
    const verdict = await options.senders?.take(principal.subject, 1);
    if (verdict?.ok === false) throw rateLimited(verdict);
    const leave = slots.take();
    if (leave === undefined) {
      throw new EaioError(
        'RATE_LIMITED',
        `${limits.maxConcurrent} requests with readings are being stored already: come back in a second.`,
      );
    }
    request.ingest = { principal, leave };
    reply.raw.once('close', leave);
  });
  app.addHook('onResponse', async ({ raw }) => discard(raw, limits.lingerMs));

  app.post<{ Body: Readable | undefined }>(path, async (request, reply) => {
    const { ingest, body, headers } = request;
    if (ingest === null) throw new EaioError('UNAUTHENTICATED', 'Nobody has said who sends.');
    if (body === undefined) throw new EaioError('BAD_REQUEST', 'The body is empty: send readings.');
    reply.header('cache-control', 'no-store');
    const { principal } = ingest;
    const chunks = unpacked(body, headers['content-encoding']);
    const waitMs = preferredWaitMs(headers['prefer']);
    if (headers['content-type']?.includes('ndjson') === true) {
      const bounded = atMost(
        chunks,
        limits.maxNdjsonBytes,
        'What came before is stored: send the rest in another request.',
      );
      const summary = await takeLines({ door, principal, chunks: bounded, limits, waitMs });
      return reply.code(summary.accepted > 0 ? 202 : 200).send(summary);
    }
    const bounded = atMost(
      chunks,
      limits.maxJsonBytes,
      'Send the readings in parts, or as NDJSON (application/x-ndjson).',
    );
    const result = await takeList({
      door,
      principal,
      chunks: bounded,
      maxItems: limits.maxJsonItems,
      waitMs,
    });
    return reply.code(result.accepted > 0 ? 202 : 200).send(result);
  });

  app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: path,
    handler: () => {
      throw new EaioError('METHOD_NOT_ALLOWED', 'Readings are sent by POST.');
    },
  });
}

const mostWaitS = 30;

/** `prefer: wait=10` (RFC 7240): how long the answer may take; 0 without it. */
function preferredWaitMs(prefer: string | readonly string[] | undefined): number {
  const [, seconds] = /(?:^|[,;\s])wait=(\d{1,3})\b/i.exec(String(prefer ?? '')) ?? [];
  return Math.min(Number(seconds ?? 0), mostWaitS) * 1_000;
}
