import { type MeterType, type Unit, unitOf } from '../domain.ts';
import type { DaySum } from '../store/days.ts';
import type { EstimatedHour } from '../store/estimated.ts';
import type { HourSum } from '../store/hours.ts';
import type { Sum } from '../store/targets.ts';
import type { Bucket, Interval } from '../time/buckets.ts';
import type { LocalDate } from '../time/local-date.ts';
import { coverageOf, expectedSeconds, type Scope, scopeBuckets } from './coverage.ts';

/** GraphQL's `EnergySeries`. */
export interface EnergySeries {
  readonly type: MeterType;
  readonly unit: Unit;
  readonly interval: Interval;
  readonly timeZone: string | null;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly total: number | null;
  readonly coverage: number;
  readonly estimatedShare: number | null;
  readonly points: readonly EnergyPoint[];
}

export interface EnergyPoint {
  readonly start: Date;
  readonly date: LocalDate;
  readonly hours: number;
  readonly sum: number | null;
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly coverage: number;
  readonly estimatedShare: number | null;
}

/** A series with a point for every bucket, from the sums that there are. */
export function toSeries(
  scope: Scope,
  {
    type,
    interval,
    dataEndMs,
  }: { readonly type: MeterType; readonly interval: Interval; readonly dataEndMs: number | null },
  sums: readonly (HourSum | DaySum)[],
  estimated: readonly EstimatedHour[] = [],
): EnergySeries {
  const buckets = scopeBuckets(scope, interval);
  const expected = expectedSeconds(scope, interval, dataEndMs);
  const inBucket = placeInBuckets(buckets, sums);
  const estimatedIn = estimatedSeconds(buckets, interval, estimated);
  const points = buckets.map((bucket, index) =>
    toPoint(bucket, inBucket.get(index), expected[index] ?? 0, estimatedIn.get(index) ?? 0),
  );
  const covered = sums.reduce((seconds, { coveredSeconds }) => seconds + coveredSeconds, 0);
  return {
    type,
    unit: unitOf(type),
    interval,
    timeZone: scope.timeZone,
    from: scope.range.from,
    to: scope.range.to,
    total: sums.length === 0 ? null : sums.reduce((total, { sum }) => total + sum, 0),
    coverage: coverageOf(
      covered,
      expected.reduce((seconds, each) => seconds + each, 0),
    ),
    estimatedShare: shareOf(
      estimated.reduce((seconds, each) => seconds + each.seconds, 0),
      covered,
    ),
    points,
  };
}

const toPoint = (
  { startMs, endMs, date }: Bucket,
  sum: Sum | undefined,
  expected: number,
  estimated: number,
): EnergyPoint => ({
  start: new Date(startMs),
  date,
  hours: (endMs - startMs) / 3_600_000,
  sum: sum?.sum ?? null,
  mean: sum?.mean ?? null,
  min: sum?.min ?? null,
  max: sum?.max ?? null,
  coverage: coverageOf(sum?.coveredSeconds ?? 0, expected),
  estimatedShare: shareOf(estimated, sum?.coveredSeconds ?? 0),
});

const shareOf = (estimated: number, covered: number): number | null =>
  covered <= 0 ? null : Math.min(1, estimated / covered);

/** Seconds by place of the bucket; of what was estimated there is little. */
function estimatedSeconds(
  buckets: readonly Bucket[],
  interval: Interval,
  estimated: readonly EstimatedHour[],
): ReadonlyMap<number, number> {
  const seconds = new Map<number, number>();
  let index = 0;
  // Of several zones the hours of one day come at different times.
  for (const hour of interval === 'HOUR' ? estimated : estimated.toSorted(byDate)) {
    const place = interval === 'HOUR' ? { startMs: hour.startMs } : { date: hour.date };
    for (let next = buckets[index + 1]; next !== undefined && begins(next, place); next = buckets[index + 1])
      index += 1;
    seconds.set(index, (seconds.get(index) ?? 0) + hour.seconds);
  }
  return seconds;
}

const byDate = (a: EstimatedHour, b: EstimatedHour): number =>
  a.date < b.date ? -1 : a.date > b.date ? 1 : 0;

/** Each sum into the last bucket that begins at or before it: both come in the order of time. */
function placeInBuckets(
  buckets: readonly Bucket[],
  sums: readonly (HourSum | DaySum)[],
): ReadonlyMap<number, Sum> {
  const placed = new Map<number, Sum>();
  let index = 0;
  for (const sum of sums) {
    for (let next = buckets[index + 1]; next !== undefined && begins(next, sum); next = buckets[index + 1])
      index += 1;
    const other = placed.get(index);
    placed.set(index, other === undefined ? sum : add(other, sum));
  }
  return placed;
}

/** A day is compared as a day: in a sum over several zones its instant is not one. */
const begins = (bucket: Bucket, sum: Pick<HourSum, 'startMs'> | Pick<DaySum, 'date'>): boolean =>
  'date' in sum ? bucket.date <= sum.date : bucket.startMs <= sum.startMs;

/** Two sums of the same meters at different times. */
const add = (a: Sum, b: Sum): Sum => {
  const coveredSeconds = a.coveredSeconds + b.coveredSeconds;
  return {
    sum: a.sum + b.sum,
    mean: (a.mean * a.coveredSeconds + b.mean * b.coveredSeconds) / coveredSeconds,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    coveredSeconds,
  };
};
