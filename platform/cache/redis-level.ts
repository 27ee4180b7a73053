import { createHash, randomUUID } from 'node:crypto';
import type { RedisConnection } from '../redis/redis.ts';
import { decodeEntry, encodeEntry } from './entry-codec.ts';
import type { CacheEntry } from './types.ts';
import { within } from './within.ts';

/** What was found: an entry, or whether it is now ours to make it. */
export type Look =
  | { readonly kind: 'entry'; readonly entry: CacheEntry }
  /** The lock is ours; end it by `keep` or `release`. */
  | { readonly kind: 'ours'; readonly token: string }
  /** Another process is making it. */
  | { readonly kind: 'theirs' };

/** The level that processes share. Every call waits a bounded time, then rejects; nobody who asks for an answer may see that. */
export interface RedisLevel {
  /** One round trip: the entry when `accept` likes it, else the lock. */
  look(key: string, accept: (entry: CacheEntry) => boolean): Promise<Look>;
  /** Stores, gives up the lock if it is still ours, and wakes who waits in other processes. */
  keep(key: string, entry: CacheEntry, token: string | undefined): Promise<void>;
  release(key: string, token: string): Promise<void>;
}

export interface RedisLevelOptions {
  readonly redis: RedisConnection;
  /** Most that a call may take, default 60 ms. */
  readonly waitMs?: number;
  /** A lock whose holder died ends by itself after this, default 5 s. */
  readonly lockMs?: number;
  /** Entries over this stay in the process, default 4 MiB. */
  readonly maxEntryBytes?: number;
  readonly prefix?: string;
}

/** Where it is told that an answer is there, or will not be: the message is `idOf(key)`. */
export const filledChannel = 'eaio:cache:filled';

/** A key's name in Redis: short whatever the variables, and the same in every process. */
export function idOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

const lookScript = `
  local value = redis.call('GET', KEYS[1])
  if value then return value end
  if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
  return 0`;

const keepScript = `
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  if redis.call('GET', KEYS[2]) == ARGV[3] then redis.call('DEL', KEYS[2]) end
  redis.call('PUBLISH', '${filledChannel}', ARGV[4])`;

const releaseScript = `
  if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
  redis.call('PUBLISH', '${filledChannel}', ARGV[2])`;

export function createRedisLevel(options: RedisLevelOptions): RedisLevel {
  const {
    redis,
    waitMs = 60,
    lockMs = 5_000,
    maxEntryBytes = 4 * 1024 * 1024,
    prefix = 'eaio:cache:',
  } = options;
  // One hash tag for an entry and its lock: scripts may touch both on a cluster.
  const entryKey = (id: string): string => `${prefix}{${id}}`;
  const lockKey = (id: string): string => `${prefix}{${id}}:lock`;

  async function tryLock(id: string): Promise<Look> {
    const token = randomUUID();
    const got = await within(waitMs, redis.set(lockKey(id), token, 'PX', lockMs, 'NX'));
    return got === 'OK' ? { kind: 'ours', token } : { kind: 'theirs' };
  }

  return {
    async look(key, accept) {
      const id = idOf(key);
      const token = randomUUID();
      const found: unknown = await within(
        waitMs,
        redis.callBuffer('EVAL', lookScript, 2, entryKey(id), lockKey(id), token, lockMs),
      );
      if (!Buffer.isBuffer(found)) return found === 1 ? { kind: 'ours', token } : { kind: 'theirs' };
      const entry = await decodeEntry(found);
      return entry && accept(entry) ? { kind: 'entry', entry } : await tryLock(id);
    },

    async keep(key, entry, token = '') {
      // Judged before it is encoded: what is not kept is not copied.
      const { length } = entry.gzip ?? entry.body;
      if (length > maxEntryBytes) return token === '' ? undefined : await this.release(key, token);
      const value = encodeEntry(entry);
      const id = idOf(key);
      const lifeMs = Math.ceil(entry.ttlMs + entry.staleMs);
      await within(
        waitMs * 4,
        redis.eval(keepScript, 2, entryKey(id), lockKey(id), value, lifeMs, token, id),
      );
    },

    async release(key, token) {
      const id = idOf(key);
      await within(waitMs, redis.eval(releaseScript, 1, lockKey(id), token, id));
    },
  };
}
