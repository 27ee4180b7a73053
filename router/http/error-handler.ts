import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../platform/errors/catalogue.ts';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import { codeOf, messageOf } from '../../platform/errors/facts.ts';
import { retryAfterSeconds } from '../../platform/limits/principal-limits.ts';
import { type OnFault, refusal } from '../answers.ts';
import { json } from './media-type.ts';

/** What Fastify itself refuses, in our words. */
const codes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BAD_REQUEST',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BAD_REQUEST',
  FST_ERR_CTP_INVALID_JSON_BODY: 'BAD_REQUEST',
  FST_ERR_BAD_URL: 'BAD_REQUEST',
};

/** Every failed request of the edge leaves by this door: `{ errors: [{ message, extensions: { code, … } }] }`. */
export function installErrorHandler(
  app: FastifyInstance,
  { onFault, maxBodyBytes }: { readonly onFault: OnFault; readonly maxBodyBytes: number },
): void {
  const send = (reply: FastifyReply, error: unknown) => {
    const { status, body } = refusal([error], onFault);
    const seconds = error instanceof EaioError ? retryAfterSeconds(error) : undefined;
    if (seconds !== undefined) reply.header('retry-after', seconds);
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    return reply.code(status).header('content-type', json).header('cache-control', 'no-store').send(body);
  };
  app.setErrorHandler((error, _request, reply) => send(reply, asClientError(error, maxBodyBytes)));
  app.setNotFoundHandler((request, reply) => send(reply, notFound(request)));
}

/** Fastify's own refusals in our words; anything else is judged by `refusal`. */
function asClientError(error: unknown, maxBodyBytes: number): unknown {
  const code = codes[codeOf(error)];
  switch (code) {
    case undefined:
      return error;
    case 'PAYLOAD_TOO_LARGE':
      return new EaioError(code, `The body is over ${maxBodyBytes} bytes. Send it in parts.`);
    case 'UNSUPPORTED_MEDIA_TYPE':
      return new EaioError(code, 'Send JSON with `content-type: application/json`.');
    default:
      return new EaioError(code, messageOf(error));
  }
}

function notFound({ method, url }: FastifyRequest): EaioError {
  return new EaioError('NOT_FOUND', `There is nothing at ${method} ${url.slice(0, 200)}.`);
}
