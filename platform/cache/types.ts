import type { Position } from '../bus/types.ts';

/** Up to where a computation had seen the world when it began. Compared with invalidations, never with clocks of ours. */
export interface AsOf {
  /** Redis' own clock, Unix milliseconds: every event that Redis had by then had been applied. */
  readonly redisMs: number;
  /** The last event applied, by topic. */
  readonly positions: Readonly<Record<string, Position>>;
}

/** Bytes as the cache holds them. Immutable. */
export interface CacheEntry {
  readonly body: Buffer;
  /** The same body gzipped; only of bodies over the size from which that pays. */
  readonly gzip: Buffer | undefined;
  /** Strong validator of `body`, quoted. */
  readonly etag: string;
  /** What makes it stale before its time. */
  readonly tags: readonly string[];
  readonly asOf: AsOf;
  /** Unix milliseconds. */
  readonly storedAtMs: number;
  /** Fresh for so long from `storedAtMs`; 0 for bytes that are not kept. */
  readonly ttlMs: number;
  /** Behind that, given out for so long while a new one is made. */
  readonly staleMs: number;
  readonly note: Note;
}

/** What the owner of the bytes wants to know with them, for example a status. */
export type Note = Readonly<Record<string, string | number | boolean>>;

/** What a computation hands to the cache. */
export interface Computed {
  readonly body: Buffer;
  readonly tags: readonly string[];
  /** 0: give it to those who wait and keep nothing. */
  readonly ttlMs: number;
  readonly staleMs: number;
  readonly note: Note;
}

export type CacheSource =
  /** Held by this process. */
  | 'process'
  | 'redis'
  /** Made for another caller who asked at the same time. */
  | 'joined'
  | 'computed';

export interface Fetched {
  readonly entry: CacheEntry;
  readonly source: CacheSource;
  /** Over its time, but not invalidated; a new one is being made. */
  readonly stale: boolean;
  /** Milliseconds since it was made. */
  readonly ageMs: number;
}

export type CacheHealth =
  | { readonly status: 'ok' }
  | { readonly status: 'degraded'; readonly reason: string; readonly sinceMs: number };

/** Two levels of bytes: this process, then Redis. */
export interface ByteCache extends AsyncDisposable {
  /** Synchronous: what this process holds fresh, as long as it surely knows of every invalidation. Counts a hit. */
  peek(key: string, category: string): Fetched | undefined;
  /**
   * From the process, else from Redis, else by `compute`, which equal calls share, also those of other processes.
   * Rejects when `compute` does, or with the reason of `signal`; `compute`'s own signal ends when nobody waits any more.
   */
  fetch(
    key: string,
    category: string,
    compute: (signal: AbortSignal) => Promise<Computed>,
    signal?: AbortSignal,
  ): Promise<Fetched>;
  health(): CacheHealth;
}
