import type { Metrics } from '../telemetry/metrics.ts';
import type { CacheSource } from './types.ts';
import { TooSlow } from './within.ts';

export type CacheResult = CacheSource | 'stale';

export interface CacheMetrics {
  answered(category: string, result: CacheResult): void;
  /** Redis was slow or away; nobody who asked for an answer saw it. */
  failed(error: unknown): undefined;
}

export interface CacheMetricsOptions {
  readonly metrics: Metrics;
  /** What the process level holds. */
  readonly held: { readonly bytes: number; readonly entries: number };
  readonly onFailure?: ((error: unknown) => void) | undefined;
}

const results = ['process', 'redis', 'joined', 'stale', 'computed'] as const satisfies CacheResult[];

type Children = Readonly<Record<CacheResult, { inc(): void }>>;
type Tally = { hits: number; all: number };

export function createCacheMetrics({
  metrics,
  held,
  onFailure = () => {},
}: CacheMetricsOptions): CacheMetrics {
  const byCategory = new Map<string, { readonly children: Children; readonly tally: Tally }>();

  const answers = metrics.counter({
    name: 'eaio_cache_answers_total',
    help: 'Answers by category and where they came from: process, redis, joined (made for another caller at the same time), stale (given out while a new one is made), computed.',
    labels: ['category', 'result'],
  });
  const failures = metrics.counter({
    name: 'eaio_cache_redis_failures_total',
    help: 'Calls to the Redis level that failed or took too long; each was answered without it.',
    labels: ['kind'],
  });
  metrics.gauge({
    name: 'eaio_cache_hit_ratio',
    help: 'Share of answers since the start that were not computed, by category.',
    labels: ['category'],
    collect(gauge) {
      for (const [category, { tally }] of byCategory) gauge.set({ category }, tally.hits / tally.all);
    },
  });
  metrics.gauge({
    name: 'eaio_cache_process_bytes',
    help: 'Bytes that the process level holds, keys and overhead counted.',
    collect: (gauge) => gauge.set(held.bytes),
  });
  metrics.gauge({
    name: 'eaio_cache_process_entries',
    help: 'Answers that the process level holds.',
    collect: (gauge) => gauge.set(held.entries),
  });

  function of(category: string) {
    const known = byCategory.get(category);
    if (known) return known;
    // Looked up once: finding a child by its labels costs more than the hit that it counts.
    const children = Object.fromEntries(
      results.map((result) => [result, answers.labels({ category, result })]),
    ) as unknown as Children;
    const made = { children, tally: { hits: 0, all: 0 } };
    byCategory.set(category, made);
    return made;
  }

  return {
    answered(category, result) {
      const { children, tally } = of(category);
      children[result].inc();
      tally.all += 1;
      if (result !== 'computed') tally.hits += 1;
    },
    failed(error) {
      failures.inc({ kind: error instanceof TooSlow ? 'slow' : 'error' });
      onFailure(error);
      return undefined;
    },
  };
}
