import { isAscii } from 'node:buffer';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../platform/errors/catalogue.ts';
import type { RouterAnswer } from '../types.ts';
import { graphqlResponse, type MediaType } from './media-type.ts';
import { largeFromBytes, sendLarge } from './send-large.ts';

const compress = promisify(gzip);
/** As a text, headers and body leave in one piece: one write instead of two pieces gathered. */
const textUpToBytes = 16_384;
/** One packet: what fits into it arrives no sooner for being smaller. */
const minGzipBytes = 1_400;

/** Sends the bytes as they are, gzipped where that pays: at once, unless they must be gzipped first. A GET may end in 304. */
export function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: RouterAnswer,
  mediaType: MediaType,
): Promise<FastifyReply> | undefined {
  const { body, maxAgeSeconds } = answer;
  const zipped = body.length >= minGzipBytes && takesGzip(request.headers['accept-encoding']);
  if (answer.error === 'METHOD_NOT_ALLOWED') reply.header('allow', 'POST');
  if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', answer.retryAfterSeconds);
  reply.code(statusOf(answer, mediaType)).header('content-type', mediaType);
  if (request.method === 'GET' && answer.error === undefined) {
    const etag = zipped ? `${answer.etag.slice(0, -1)}-gzip"` : answer.etag;
    reply
      .header('etag', etag)
      .header('cache-control', maxAgeSeconds > 0 ? `private, max-age=${maxAgeSeconds}` : 'private, no-cache')
      .header('vary', 'authorization, accept, accept-encoding');
    if (matches(request.headers['if-none-match'], etag)) {
      reply.code(304).send();
      return undefined;
    }
  }
  if (body.length >= largeFromBytes && answer.gzip === undefined) {
    sendLarge(reply, body, { gzip: zipped });
    return undefined;
  }
  if (!zipped) {
    reply.send(body.length <= textUpToBytes && isAscii(body) ? body.toString('latin1') : body);
    return undefined;
  }
  reply.header('content-encoding', 'gzip');
  if (answer.gzip === undefined) return compress(body, { level: 5 }).then((gzipped) => reply.send(gzipped));
  reply.send(answer.gzip);
  return undefined;
}

const wellFormed: ReadonlySet<ErrorCode> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'OPERATION_TOO_COMPLEX',
]);

/** As plain JSON a well-formed request that GraphQL refuses has the status 200: GraphQL over HTTP, "application/json". */
function statusOf({ status, error }: RouterAnswer, mediaType: MediaType): number {
  return mediaType !== graphqlResponse && error !== undefined && wellFormed.has(error) ? 200 : status;
}

function takesGzip(accepted: string | string[] | undefined): boolean {
  return typeof accepted === 'string' && /\bgzip\b(?!\s*;\s*q=0(\.0*)?(,|$|\s))/i.test(accepted);
}

/** `If-None-Match` compares weakly (RFC 9110, section 13.1.2). */
function matches(sent: string | undefined, etag: string): boolean {
  if (sent === undefined) return false;
  return sent === '*' || sent.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
}
