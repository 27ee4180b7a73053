import { LRUCache } from 'lru-cache';
import type { InvalidationFeed } from './invalidation-feed.ts';
import type { CacheEntry } from './types.ts';

/** Entry with the last state of the feed under which it was found valid. */
interface Held {
  readonly entry: CacheEntry;
  checkedAt: number;
}

/** What this process holds, bounded in bytes; the least recently used gives way. */
export interface ProcessLevel {
  /** The entry, if no event that the feed has applied made it stale. Says nothing about its age. */
  get(key: string): CacheEntry | undefined;
  set(key: string, entry: CacheEntry): void;
  clear(): void;
  /** An entry that is larger than this, with its overhead, is not kept. */
  readonly maxEntryBytes: number;
  readonly bytes: number;
  readonly entries: number;
}

/** Roughly what an entry costs beside its bytes: objects, the key, its place in the list. */
const overheadBytes = 600;

export function createProcessLevel({
  maxBytes,
  feed,
}: {
  readonly maxBytes: number;
  readonly feed: Pick<InvalidationFeed, 'version' | 'isValid'>;
}): ProcessLevel {
  // One answer may not drive all others out.
  const maxEntryBytes = Math.ceil(maxBytes / 8);
  const lru = new LRUCache<string, Held>({
    maxSize: maxBytes,
    maxEntrySize: maxEntryBytes,
    sizeCalculation: ({ entry }, key) => sizeOf(entry) + key.length + overheadBytes,
  });

  return {
    get(key) {
      const held = lru.get(key);
      if (held === undefined || held.checkedAt === feed.version) return held?.entry;
      const { entry } = held;
      if (!feed.isValid(entry.asOf, entry.tags)) {
        lru.delete(key);
        return undefined;
      }
      held.checkedAt = feed.version;
      return entry;
    },
    set(key, entry) {
      lru.set(key, { entry, checkedAt: -1 });
    },
    clear: () => lru.clear(),
    maxEntryBytes,
    get bytes() {
      return lru.calculatedSize;
    },
    get entries() {
      return lru.size;
    },
  };
}

function sizeOf({ body, gzip, tags }: CacheEntry): number {
  return tags.reduce((sum, tag) => sum + tag.length + 24, body.length + (gzip?.length ?? 0));
}
