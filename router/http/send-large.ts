import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { FastifyReply } from 'fastify';

/** From this size on an answer leaves in pieces. */
export const largeFromBytes = 1_048_576;
const pieceBytes = 65_536;

/**
 * Sends a large body piece by piece, as the client takes it, and compresses it on the way: however many read it and however
 * slowly, there is one copy of it, which those who wait for it share, and some pieces for each. A client that takes
 * nothing for `stallMs` is cut off: the body can't be let go before.
 */
export function sendLarge(
  reply: FastifyReply,
  body: Buffer,
  { gzip, stallMs = 30_000 }: { readonly gzip: boolean; readonly stallMs?: number },
): void {
  // Progress counts, however small: see `Socket#setTimeout`.
  reply.raw.setTimeout(stallMs, () => reply.raw.destroy());
  const pieces = Readable.from(piecesOf(body), { objectMode: false, highWaterMark: pieceBytes });
  if (!gzip) {
    reply.header('content-length', body.length).send(pieces);
    return;
  }
  const zipped = createGzip({ level: constants.Z_BEST_SPEED });
  // A client that leaves ends `zipped`, and that ends `pieces`; nobody is left to be told.
  pipeline(pieces, zipped, () => undefined);
  reply.header('content-encoding', 'gzip').send(zipped);
}

function* piecesOf(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += pieceBytes) yield body.subarray(at, at + pieceBytes);
}
