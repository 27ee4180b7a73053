import type { DayRange } from '../time/time-range.ts';

/**
 * What a batched statement is asked: meters, each with a span of its own, summed by `key`. One statement answers any
 * number of keys; the arrays go in as parameters and are unnested side by side.
 */
export interface DayTarget extends DayRange {
  readonly key: number;
  readonly meterNo: number;
}

/** As `DayTarget`, in instants (Unix ms; start included, end excluded). */
export interface InstantTarget {
  readonly key: number;
  readonly meterNo: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** As `InstantTarget`, for questions about local hours of the day. */
export interface LoadTarget extends InstantTarget {
  readonly zone: string;
  /** How many of the key's meters were in service. */
  readonly meterCount: number;
}

/** What readings add up to, over one or several meters. */
export interface Sum {
  /** In the meters' unit. */
  readonly sum: number;
  /** Sum of the meters' mean rates over the time that they cover, in unit per hour. */
  readonly mean: number;
  /** Lowest and highest rate of one reading, in unit per hour. */
  readonly min: number;
  readonly max: number;
  /** Seconds that readings cover, added over the meters. */
  readonly coveredSeconds: number;
}

/** Aggregates of rows `(sum, min_rate, max_rate, covered_s)` of which each is one meter's, as a `SumRow` without its key. */
export const sumOfMeters = `
  sum(sum) as sum,
  sum(sum * (3600::float8 / covered_s)) as mean,
  min(min_rate) as min,
  max(max_rate) as max,
  sum(covered_s)::float8 as covered_s`;

export interface SumRow {
  readonly key: number;
  readonly sum: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly covered_s: number;
}

export const toSum = (row: SumRow): Sum => ({
  sum: row.sum,
  mean: row.mean,
  min: row.min,
  max: row.max,
  coveredSeconds: row.covered_s,
});

export const instants = (ms: readonly number[]): readonly string[] =>
  ms.map((each) => new Date(each).toISOString());
