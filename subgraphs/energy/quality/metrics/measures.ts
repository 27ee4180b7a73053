import type { QualityCounts } from './quality-store.ts';

/** The four ways in which data are good or bad, each 0 to 1; null where there is nothing to go by. */
export interface QualityMeasures {
  /** Share of the expected time that was measured. */
  readonly completeness: number | null;
  /** Share of the readings that are GOOD. */
  readonly validity: number | null;
  /** Share of the readings that came live, which came in time. */
  readonly timeliness: number | null;
  /** Share of what came live that had not come before. */
  readonly uniqueness: number | null;
}

export const measureNames = [
  'completeness',
  'validity',
  'timeliness',
  'uniqueness',
] as const satisfies readonly (keyof QualityMeasures)[];
export type MeasureName = (typeof measureNames)[number];

const share = (part: number, whole: number): number | null =>
  whole <= 0 ? null : Math.min(1, Math.max(0, part / whole));

export const toMeasures = (counts: QualityCounts): QualityMeasures => ({
  completeness: share(counts.coveredSeconds, counts.expectedSeconds),
  validity: share(counts.good, counts.readings),
  timeliness: share(counts.inTime, counts.live),
  uniqueness: share(counts.live, counts.live + counts.repeated),
});

export const noCounts: QualityCounts = {
  expectedSeconds: 0,
  coveredSeconds: 0,
  readings: 0,
  good: 0,
  estimated: 0,
  live: 0,
  inTime: 0,
  repeated: 0,
};

export const addCounts = (a: QualityCounts, b: QualityCounts): QualityCounts => ({
  expectedSeconds: a.expectedSeconds + b.expectedSeconds,
  coveredSeconds: a.coveredSeconds + b.coveredSeconds,
  readings: a.readings + b.readings,
  good: a.good + b.good,
  estimated: a.estimated + b.estimated,
  live: a.live + b.live,
  inTime: a.inTime + b.inTime,
  repeated: a.repeated + b.repeated,
});
