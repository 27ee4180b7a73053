import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ownBytes } from './own-bytes.ts';
import type { CacheEntry } from './types.ts';

const format = 1;
const unzip = promisify(gunzip);

type Header = Omit<CacheEntry, 'body' | 'gzip'> & { readonly gzipped: boolean };

/** An entry as one value in Redis: format, length of the header, header as JSON, then the body, gzipped when it is held so. */
export function encodeEntry({ body, gzip, ...rest }: CacheEntry): Buffer {
  const header = Buffer.from(JSON.stringify({ ...rest, gzipped: gzip !== undefined } satisfies Header));
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(format, 0);
  prefix.writeUInt32BE(header.length, 1);
  return Buffer.concat([prefix, header, gzip ?? body]);
}

/** Undefined for what another version wrote, or what is broken: both are as good as absent. */
export async function decodeEntry(value: Buffer): Promise<CacheEntry | undefined> {
  if (value.length < 5 || value.readUInt8(0) !== format) return undefined;
  const bodyAt = 5 + value.readUInt32BE(1);
  try {
    const { gzipped, ...rest } = JSON.parse(value.toString('utf8', 5, bodyAt)) as Header;
    const bytes = ownBytes(value.subarray(bodyAt));
    if (!gzipped) return { ...rest, body: bytes, gzip: undefined };
    return { ...rest, body: ownBytes(await unzip(bytes)), gzip: bytes };
  } catch {
    return undefined;
  }
}
