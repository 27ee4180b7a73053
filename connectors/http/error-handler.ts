import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { toClientError } from '../../platform/errors/client-error.ts';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import { codeOf } from '../../platform/errors/facts.ts';
import { retryAfterSeconds } from '../../platform/limits/principal-limits.ts';

/** What the address takes, as `accept-post` says it (W3C Linked Data Platform 1.0, section 7.1). */
export const mediaTypes = ['application/json', 'application/x-ndjson', 'application/ndjson'] as const;

/** Every refused request leaves by this door, in the shape of all errors of the edge: `{ errors: [{ message, extensions: { code, … } }] }`. */
export function installErrorHandler(scope: FastifyInstance, log: Pick<Logger, 'error'>): void {
  scope.setErrorHandler((thrown, _request, reply) => {
    const error = asEaioError(thrown);
    if (error.code === 'INTERNAL_SERVER_ERROR')
      log.error({ err: error.cause, ...error.extensions }, 'Readings could not be taken');
    return sendError(reply, error);
  });
}

function sendError(reply: FastifyReply, error: EaioError): FastifyReply {
  if (error.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer');
  if (error.code === 'UNSUPPORTED_MEDIA_TYPE')
    reply.header('accept-post', mediaTypes.join(', ')).header('accept-encoding', 'gzip');
  if (error.code === 'METHOD_NOT_ALLOWED') reply.header('allow', 'POST');
  if (error.status === 429 || error.status === 503)
    reply.header('retry-after', retryAfterSeconds(error) ?? 1);
  return reply
    .code(error.status)
    .header('cache-control', 'no-store')
    .send({ errors: [{ message: error.message, extensions: error.extensions }] });
}

function asEaioError(thrown: unknown): EaioError {
  if (codeOf(thrown) === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new EaioError(
      'UNSUPPORTED_MEDIA_TYPE',
      `Send readings as ${mediaTypes.slice(0, 2).join(' or ')}, and say so by \`content-type\`.`,
    );
  }
  return toClientError(thrown);
}
