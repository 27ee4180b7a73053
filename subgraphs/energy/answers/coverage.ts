import type { EnergyMeter } from '../store/buildings.ts';
import { type Bucket, bucketsOf, type Interval } from '../time/buckets.ts';
import type { DayRange } from '../time/time-range.ts';

/** Where the buckets of a sum lie: in the zone of all its meters, or, when they have several, each meter's in its own. */
export interface Scope {
  readonly meters: readonly EnergyMeter[];
  readonly range: DayRange;
  /** Null for several zones. */
  readonly timeZone: string | null;
}

/** The zone that all meters share; null when they have several, or there are none. */
export function sharedZone(meters: readonly EnergyMeter[]): string | null {
  const zones = new Set(meters.map(({ timeZone }) => timeZone));
  const [zone] = zones;
  return zones.size === 1 && zone !== undefined ? zone : null;
}

/** A scope's buckets; of several zones together: those of UTC. */
export const scopeBuckets = ({ range, timeZone }: Scope, interval: Interval): readonly Bucket[] =>
  bucketsOf(range, interval, timeZone ?? 'UTC');

/**
 * How many seconds the meters could have measured in each bucket: its length for each meter, up to the end of the newest
 * data. A meter is not blamed for an interval of its own that is not over there.
 * @param dataEndMs end of the newest interval, Unix ms; null when there are no data, so that all time counts.
 */
export function expectedSeconds(
  scope: Scope,
  interval: Interval,
  dataEndMs: number | null,
): readonly number[] {
  const buckets = scopeBuckets(scope, interval);
  const expected = new Array<number>(buckets.length).fill(0);
  for (const { zone, intervalSeconds, count } of kindsOf(scope.meters)) {
    const intervalMs = intervalSeconds * 1000;
    const endMs = dataEndMs === null ? Infinity : Math.floor(dataEndMs / intervalMs) * intervalMs;
    // Hours are the same instants for all; days are each zone's own.
    const own =
      scope.timeZone !== null || interval === 'HOUR' ? buckets : bucketsOf(scope.range, interval, zone);
    for (const [index, bucket] of own.entries()) {
      const lengthMs = Math.max(0, Math.min(bucket.endMs, endMs) - bucket.startMs);
      expected[index] = (expected[index] ?? 0) + (count * lengthMs) / 1000;
    }
  }
  return expected;
}

/** 0 to 1; 0 where nothing could have been measured. Over 1 never, though readings that overlap cover more than there is. */
export const coverageOf = (coveredSeconds: number, expected: number): number =>
  expected <= 0 ? 0 : Math.min(1, coveredSeconds / expected);

/** Meters that are alike for what they could have measured, counted: of thousands of meters there are a few kinds. */
function kindsOf(
  meters: readonly EnergyMeter[],
): Iterable<{ zone: string; intervalSeconds: number; count: number }> {
  const kinds = new Map<string, { zone: string; intervalSeconds: number; count: number }>();
  for (const { timeZone, intervalSeconds } of meters) {
    const key = `${timeZone} ${intervalSeconds}`;
    const kind = kinds.get(key) ?? { zone: timeZone, intervalSeconds, count: 0 };
    kind.count += 1;
    kinds.set(key, kind);
  }
  return kinds.values();
}

/** `coverageOf` a whole range. */
export function rangeCoverage(scope: Scope, coveredSeconds: number, dataEndMs: number | null): number {
  // One month-long step after the other is cheaper than day by day, and adds up to the same.
  const expected = expectedSeconds(scope, 'MONTH', dataEndMs).reduce((sum, each) => sum + each, 0);
  return coverageOf(coveredSeconds, expected);
}
