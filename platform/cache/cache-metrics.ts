import { Counter, Gauge, type Registry } from 'prom-client';
import type { CacheSource } from './types.ts';
import { TooSlow } from './within.ts';

export type CacheResult = CacheSource | 'stale';

export interface CacheMetrics {
  answered(category: string, result: CacheResult): void;
  /** Redis was slow or away; nobody who asked for an answer saw it. */
  failed(error: unknown): undefined;
  /** Share of answers that were not computed, 0 to 1; NaN before the first. */
  hitRatio(category: string): number;
}

export interface CacheMetricsOptions {
  readonly registry: Registry;
  /** What the process level holds. */
  readonly held: { readonly bytes: number; readonly entries: number };
  readonly onFailure?: (error: unknown) => void;
}

const results = ['process', 'redis', 'joined', 'stale', 'computed'] as const satisfies CacheResult[];

/** Counted in plain integers and read when Prometheus asks: a hit costs one addition. */
export function createCacheMetrics({
  registry,
  held,
  onFailure = () => {},
}: CacheMetricsOptions): CacheMetrics {
  const counts = new Map<string, Record<CacheResult, number>>();
  const registers = [registry];

  new Counter({
    name: 'eaio_cache_answers_total',
    help: 'Answers by category and where they came from: process, redis, joined (made for another caller at the same time), stale (given out while a new one is made), computed.',
    labelNames: ['category', 'result'],
    registers,
    collect() {
      this.reset();
      for (const [category, ofCategory] of counts)
        for (const result of results) this.inc({ category, result }, ofCategory[result]);
    },
  });
  new Gauge({
    name: 'eaio_cache_hit_ratio',
    help: 'Share of answers since the start that were not computed, by category.',
    labelNames: ['category'],
    registers,
    collect() {
      for (const category of counts.keys()) this.set({ category }, hitRatio(category));
    },
  });
  new Gauge({
    name: 'eaio_cache_process_bytes',
    help: 'Bytes that the process level holds, keys and overhead counted.',
    registers,
    collect() {
      this.set(held.bytes);
    },
  });
  new Gauge({
    name: 'eaio_cache_process_entries',
    help: 'Answers that the process level holds.',
    registers,
    collect() {
      this.set(held.entries);
    },
  });
  const failures = new Counter({
    name: 'eaio_cache_redis_failures_total',
    help: 'Calls to the Redis level that failed or took too long; each was answered without it.',
    labelNames: ['kind'],
    registers,
  });

  function countsOf(category: string): Record<CacheResult, number> {
    const known = counts.get(category);
    if (known) return known;
    const made = { process: 0, redis: 0, joined: 0, stale: 0, computed: 0 };
    counts.set(category, made);
    return made;
  }

  function hitRatio(category: string): number {
    const ofCategory = countsOf(category);
    const all = results.reduce((sum, result) => sum + ofCategory[result], 0);
    return (all - ofCategory.computed) / all;
  }

  return {
    answered(category, result) {
      countsOf(category)[result] += 1;
    },
    failed(error) {
      failures.inc({ kind: error instanceof TooSlow ? 'slow' : 'error' });
      onFailure(error);
      return undefined;
    },
    hitRatio,
  };
}
