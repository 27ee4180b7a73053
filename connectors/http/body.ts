import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import { messageOf } from '../../platform/errors/facts.ts';

/** The request's body, unpacked when it is gzip. Left early it leaves the connection open, for the answer: see `discard`. */
export function unpacked(payload: Readable, encoding: string | undefined): AsyncIterable<Buffer> {
  switch (encoding?.trim().toLowerCase() ?? 'identity') {
    case 'identity':
    case '':
      return { [Symbol.asyncIterator]: () => payload.iterator({ destroyOnReturn: false }) };
    case 'gzip':
    case 'x-gzip':
      return gunzipped(payload);
    default:
      throw new EaioError(
        'UNSUPPORTED_MEDIA_TYPE',
        'The body may be packed by gzip, or not at all: send `content-encoding: gzip`.',
      );
  }
}

async function* gunzipped(payload: Readable): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // Not `pipeline`: it would close the connection together with a packing that is broken.
  const give = () => gunzip.destroy(gone());
  const close = () => {
    if (!payload.readableEnded) give();
  };
  payload.once('error', give).once('close', close).pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk;
  } catch (error) {
    if (error instanceof EaioError) throw error;
    const why = messageOf(error);
    throw new EaioError(
      'BAD_REQUEST',
      `The body is not whole gzip (${why}): pack it anew and send it again.`,
      { cause: error },
    );
  } finally {
    payload.off('error', give).off('close', close).unpipe(gunzip);
    gunzip.destroy();
  }
}

const gone = (): EaioError => new EaioError('BAD_REQUEST', 'The client went away before the body was whole.');

/** Passes chunks on until there are more bytes than allowed. @throws EaioError PAYLOAD_TOO_LARGE then. */
export async function* atMost(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
  remedy: string,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new EaioError('PAYLOAD_TOO_LARGE', `The body is over ${maxBytes} bytes, unpacked. ${remedy}`);
    yield chunk;
  }
}

/**
 * Reads on and throws away what comes, for a sender that looks at the answer only when it has sent all. Whoever is not
 * done in time is cut off.
 */
export function discard(payload: Readable, lingerMs: number): void {
  if (payload.readableEnded || payload.destroyed) return;
  const timer = setTimeout(() => payload.destroy(), lingerMs).unref();
  payload.once('close', () => clearTimeout(timer)).resume();
}
