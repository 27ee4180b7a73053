import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { CacheMetrics } from './cache-metrics.ts';
import { etagOf } from './etag.ts';
import type { FilledNotices } from './filled-notices.ts';
import { createFlights, type Flight, type Landed } from './flights.ts';
import type { InvalidationFeed } from './invalidation-feed.ts';
import { ownBytes } from './own-bytes.ts';
import type { ProcessLevel } from './process-level.ts';
import type { Look, RedisLevel } from './redis-level.ts';
import type { ByteCache, CacheEntry, Computed, Fetched } from './types.ts';

export interface ByteCacheOptions {
  readonly feed: InvalidationFeed;
  readonly processLevel: ProcessLevel;
  readonly redisLevel: RedisLevel;
  readonly notices: FilledNotices;
  readonly metrics: CacheMetrics;
  /** Bodies from this size on are kept gzipped too, from their second use on; default 1,400 bytes: one packet. */
  readonly gzipFromBytes?: number;
  /** Bodies from this size on are gzipped before they go to Redis, and kept so; default 16 KiB: below, it costs more than it spares. */
  readonly gzipAtOnceFromBytes?: number;
  /** Longest wait for the feed to be sure again; default 100 ms. */
  readonly feedWaitMs?: number;
  /** Longest wait for an answer that another process is making; default 1 s. */
  readonly othersWaitMs?: number;
  readonly monotonic?: () => number;
  readonly now?: () => number;
}

type Compute = (signal: AbortSignal) => Promise<Computed>;

const zip = promisify(gzip);
/** While invalidations can't be followed: callers within this time of each other count as having asked at once. */
const togetherMs = 50;

/**
 * What it never does: give out what an event made stale more than the feed's lease ago; wait for Redis longer than its
 * bounds; keep a result that was overtaken while it was made; share one that was begun before an event with a caller who
 * came after it.
 */
export function createByteCache(options: ByteCacheOptions): ByteCache {
  const { feed, processLevel, redisLevel, notices, metrics } = options;
  const { gzipFromBytes = 1_400, gzipAtOnceFromBytes = 16_384 } = options;
  const { feedWaitMs = 100, othersWaitMs = 1_000 } = options;
  const { monotonic = () => performance.now(), now = Date.now } = options;
  const flights = createFlights({ monotonic });
  /** Work behind answers that are out already. */
  const behind = new Set<Promise<void>>();
  /** Entries whose gzipped twin is being made, or is made. */
  const zipping = new WeakSet<CacheEntry>();

  const ageOf = (entry: CacheEntry): number => Math.max(0, now() - entry.storedAtMs);
  const isFresh = (entry: CacheEntry): boolean => ageOf(entry) < entry.ttlMs;
  const isServable = (entry: CacheEntry): boolean => ageOf(entry) < entry.ttlMs + entry.staleMs;
  const isValid = (entry: CacheEntry): boolean => feed.isValid(entry.asOf, entry.tags);

  function fetched(entry: CacheEntry, source: Fetched['source']): Fetched {
    const kept = source === 'process' || source === 'redis';
    return { entry, source, stale: kept && !isFresh(entry), ageMs: ageOf(entry) };
  }

  function inBackground(work: Promise<unknown>): void {
    const done = work.then(
      () => {},
      (error) => metrics.failed(error),
    );
    behind.add(done);
    done.finally(() => behind.delete(done));
  }

  /** What Redis has, or the lock, or neither when another process holds that for too long. */
  async function lookInRedis(key: string, accept: (entry: CacheEntry) => boolean): Promise<Look> {
    const usable = (entry: CacheEntry): boolean => isValid(entry) && accept(entry);
    const look = await redisLevel.look(key, usable);
    if (look.kind !== 'theirs') return look;
    // Looking again once we listen: the notice may have come between the two.
    const notice = notices.next(key, othersWaitMs);
    const again = await redisLevel.look(key, usable);
    if (again.kind !== 'theirs') return again;
    await notice;
    return await redisLevel.look(key, usable);
  }

  async function fly(
    key: string,
    compute: Compute,
    accept: (entry: CacheEntry) => boolean,
    signal: AbortSignal,
  ): Promise<Landed> {
    const live = feed.isLive();
    const look = live
      ? await lookInRedis(key, accept).catch((error: unknown) => metrics.failed(error))
      : undefined;
    if (look?.kind === 'entry' && feed.isLive() && isValid(look.entry)) {
      processLevel.set(key, look.entry);
      return { entry: look.entry, source: 'redis' };
    }
    const token = look?.kind === 'ours' ? look.token : undefined;
    const asOf = feed.asOf();
    const startedMs = now();
    let computed: Computed;
    try {
      computed = await compute(signal);
    } catch (error) {
      if (token !== undefined) inBackground(redisLevel.release(key, token));
      throw error;
    }
    const body = computed.ttlMs > 0 ? ownBytes(computed.body) : computed.body;
    const about = { etag: etagOf(body), asOf, storedAtMs: startedMs };
    const entry: CacheEntry = { ...computed, ...about, body, gzip: undefined };
    if (live) inBackground(keep(key, entry, token));
    return { entry, source: 'computed' };
  }

  async function keep(key: string, entry: CacheEntry, token: string | undefined): Promise<void> {
    if (entry.ttlMs === 0 || !isValid(entry)) {
      if (token !== undefined) await redisLevel.release(key, token);
      return;
    }
    processLevel.set(key, entry);
    // Nobody keeps what is too large: compressed, it would be one more copy for nothing.
    const { length } = entry.body;
    const atOnce = length >= gzipAtOnceFromBytes && length <= processLevel.maxEntryBytes;
    await redisLevel.keep(key, atOnce ? await gzipped(key, entry) : entry, token);
  }

  /** The entry with its gzipped twin; the process keeps it so, unless it has another by then. */
  async function gzipped(key: string, entry: CacheEntry): Promise<CacheEntry> {
    const both: CacheEntry = { ...entry, gzip: ownBytes(await zip(entry.body)) };
    if (processLevel.get(key) === entry) processLevel.set(key, both);
    return both;
  }

  /** Most answers are asked for once: only one that is asked for again is worth the work. */
  function gzipBehind(key: string, entry: CacheEntry): void {
    if (entry.gzip !== undefined || entry.body.length < gzipFromBytes || zipping.has(entry)) return;
    zipping.add(entry);
    inBackground(gzipped(key, entry));
  }

  function refresh(key: string, compute: Compute): void {
    if (flights.get(key)) return;
    const { landing } = flights.start(key, (signal) => fly(key, compute, isFresh, signal));
    // Nobody waits for it: a failure leaves the old answer where it is, until its time is over.
    inBackground(landing.catch(() => {}));
  }

  /** Without the feed nobody can say later whether the flight was overtaken: then only who came with it may join. */
  function mayJoin({ startedAt }: Flight, arrivedAt: number): boolean {
    return feed.isLive() || arrivedAt - startedAt < togetherMs;
  }

  /** May who came at `arrivedAt` have what the flight brought? */
  function mayShare({ entry }: Landed, { startedAt }: Flight, arrivedAt: number): boolean {
    if (!feed.isLive()) return arrivedAt - startedAt < togetherMs;
    return startedAt >= arrivedAt || isValid(entry);
  }

  function held(key: string): CacheEntry | undefined {
    return feed.isLive() ? processLevel.get(key) : undefined;
  }

  return {
    peek(key, category) {
      const entry = held(key);
      if (entry === undefined || !isFresh(entry)) return undefined;
      metrics.answered(category, 'process');
      gzipBehind(key, entry);
      return { entry, source: 'process', stale: false, ageMs: ageOf(entry) };
    },

    async fetch(key, category, compute, signal) {
      const arrivedAt = monotonic();
      const answer = (entry: CacheEntry, source: Fetched['source']): Fetched => {
        const found = fetched(entry, source);
        metrics.answered(category, found.stale ? 'stale' : source);
        if (found.stale) refresh(key, compute);
        return found;
      };
      if (!feed.isLive()) await feed.whenLive(feedWaitMs);
      for (;;) {
        signal?.throwIfAborted();
        const entry = held(key);
        if (entry && isServable(entry)) return answer(entry, 'process');
        const underWay = flights.get(key);
        if (!underWay || !mayJoin(underWay, arrivedAt)) {
          const mine = flights.start(key, (abandoned) => fly(key, compute, isServable, abandoned));
          const landed = await mine.wait(signal);
          return answer(landed.entry, landed.source);
        }
        const landed = await underWay.wait(signal);
        if (mayShare(landed, underWay, arrivedAt)) {
          return answer(landed.entry, landed.source === 'redis' ? 'redis' : 'joined');
        }
      }
    },

    health: () => feed.health(),

    async [Symbol.asyncDispose]() {
      await Promise.all(behind);
    },
  };
}
