import { createHash } from 'node:crypto';

/** One link, as it lies in the table or an archive. */
export interface Link {
  readonly seq: number;
  /** The record's text, byte for byte. */
  readonly entry: string;
  readonly previousHash: Buffer;
  readonly hash: Buffer;
}

/** What the first link follows. */
export const genesis: Buffer = Buffer.alloc(32);

export function hashOf(previousHash: Buffer, seq: number, entry: string): Buffer {
  return createHash('sha256').update(previousHash).update(`${seq}:`).update(entry).digest();
}

/** Texts as links behind `head`. */
export function linksBehind(
  head: { readonly seq: number; readonly hash: Buffer },
  entries: readonly string[],
): readonly Link[] {
  let { seq, hash } = head;
  return entries.map((entry) => {
    const previousHash = hash;
    seq += 1;
    hash = hashOf(previousHash, seq, entry);
    return { seq, entry, previousHash, hash };
  });
}

/** What is wrong with a link, given the one before it; undefined when nothing is. */
export function faultOf(
  before: { readonly seq: number; readonly hash: Buffer },
  { seq, entry, previousHash, hash }: Link,
): string | undefined {
  if (seq > before.seq + 1) {
    const missing =
      seq === before.seq + 2 ? `Record ${before.seq + 1} is` : `Records ${before.seq + 1} to ${seq - 1} are`;
    return `${missing} missing.`;
  }
  if (!hashOf(previousHash, seq, entry).equals(hash)) return `Record ${seq} was changed.`;
  if (!previousHash.equals(before.hash))
    return `Record ${seq} does not follow record ${before.seq}: one of them was replaced or moved.`;
  return undefined;
}
