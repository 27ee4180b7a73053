import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A line as a view into a buffer that the next line overwrites: use it before asking for the next. */
export interface Line {
  readonly bytes: Buffer;
  /** First byte. */
  readonly from: number;
  /** Behind the last byte; CR and LF are not part of the line. */
  readonly to: number;
  /** Counted from 1. */
  readonly number: number;
  /** The line is over the limit and only its beginning is here. */
  readonly cut: boolean;
}

export interface ReadLinesOptions {
  /** Longest line kept whole. */
  readonly maxLineBytes?: number;
  /** Told how many bytes of the file (packed, when it is) were read. */
  readonly onRead?: (bytes: number) => void;
}

const LF = 10;
const CR = 13;
const chunkBytes = 1 << 18;

function openChunks(path: string, onRead: (bytes: number) => void): AsyncIterable<Buffer> {
  const file = createReadStream(path, { highWaterMark: chunkBytes });
  file.on('data', (chunk) => onRead(chunk.length));
  if (!path.endsWith('.gz')) return file;
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  // The error of either end reaches the reader by gunzip, which pipeline destroys with it.
  pipeline(file, gunzip, () => undefined);
  return gunzip;
}

/**
 * Lines of a file, plain or `.gz`, in one pass over its bytes: no string is made, and memory is bounded by the longest
 * line, whatever the file's size. LF or CRLF; a byte-order mark is dropped; the last line needs no end.
 * Throws what the file system or zlib throws, after the lines before.
 */
export async function* readLines(
  path: string,
  { maxLineBytes = 4 << 20, onRead = () => undefined }: ReadLinesOptions = {},
): AsyncGenerator<Line> {
  let work = Buffer.allocUnsafe(chunkBytes * 2);
  let length = 0;
  let number = 0;
  let skipping = false;

  const lineOf = (from: number, to: number, cut: boolean): Line => {
    number += 1;
    const start =
      number === 1 && work[from] === 0xef && work[from + 1] === 0xbb && work[from + 2] === 0xbf
        ? from + 3
        : from;
    return { bytes: work, from: start, to: to > start && work[to - 1] === CR ? to - 1 : to, number, cut };
  };

  for await (const chunk of openChunks(path, onRead)) {
    if (length + chunk.length > work.length) {
      const larger = Buffer.allocUnsafe(Math.max(work.length * 2, length + chunk.length));
      work.copy(larger, 0, 0, length);
      work = larger;
    }
    chunk.copy(work, length);
    let searchFrom = length;
    length += chunk.length;
    let from = 0;
    for (;;) {
      const end = work.subarray(0, length).indexOf(LF, searchFrom);
      if (end < 0) break;
      if (skipping) skipping = false;
      else yield lineOf(from, end, end - from > maxLineBytes);
      from = end + 1;
      searchFrom = from;
    }
    if (skipping) {
      length = 0;
    } else if (length - from > maxLineBytes) {
      yield lineOf(from, length, true);
      skipping = true;
      length = 0;
    } else {
      work.copyWithin(0, from, length);
      length -= from;
    }
  }
  if (length > 0 && !skipping) yield lineOf(0, length, false);
}
