import type { AnomalyKind, Severity } from './kinds.ts';

/** An anomaly while it may still grow. Times in Unix ms, rates in the meter's unit per hour (NaN where unknown). */
export interface Anomaly {
  readonly kind: AnomalyKind;
  readonly startMs: number;
  /** As far as is known; excluded. */
  endMs: number;
  /** Sums over the hours that were told, for the means. */
  expectedSum: number;
  actualSum: number;
  hours: number;
  severity: Severity;
  /** When it was found, by the readings' own clock. */
  readonly foundMs: number;
  /** It goes on. */
  open: boolean;
}

/** What detection remembers of a meter beside validation: plain data, under 2 kB. */
export interface DetectorState {
  readonly stateVersion: number;
  /** Those that are open, or so newly closed that a neighbour would be the same one. */
  anomalies: Anomaly[];

  // The last four days, hour by hour: a place each, by hour.
  readonly rates: Float32Array;
  readonly expected: Float32Array;
  readonly others: Float32Array;
  readonly starts: Float64Array;

  /** Mean deviation of a day's energy from what was expected, as a logarithm. */
  daySpread: number;
  lastDay: number;

  /** Hours for which a day has been far off, without being a shift yet. */
  doubtedHours: number;
  shiftFromMs: number;
  /** Hours at which the shift was not to be seen, in a row. */
  calm: number;

  /** Bits of the last 24 hours, newest lowest: far above and far below what was expected. */
  high: number;
  low: number;
  highFromMs: number;
  lowFromMs: number;

  /** Repeats in a row, and the first of them. */
  repeats: number;
  repeatsFromMs: number;
  lastRepeatMs: number;
}

export const detectorVersion = 1;
export const windowHours = 96;

export function createDetectorState(): DetectorState {
  return {
    stateVersion: detectorVersion,
    anomalies: [],
    rates: new Float32Array(windowHours).fill(Number.NaN),
    expected: new Float32Array(windowHours),
    others: new Float32Array(windowHours),
    starts: new Float64Array(windowHours).fill(-1),
    daySpread: 0.1,
    lastDay: -1,
    doubtedHours: 0,
    shiftFromMs: -1,
    calm: 0,
    high: 0,
    low: 0,
    highFromMs: -1,
    lowFromMs: -1,
    repeats: 0,
    repeatsFromMs: -1,
    lastRepeatMs: -1,
  };
}
