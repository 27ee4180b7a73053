import { type MeasureName, measureNames, toMeasures } from './measures.ts';
import type { QualityDay } from './quality-store.ts';

/** A measure of a meter's day that is clearly worse than it usually is. */
export interface Fallen {
  readonly date: string;
  readonly measure: MeasureName;
  readonly value: number;
  /** Median of the days before. */
  readonly usual: number;
}

export interface FallenOptions {
  /** A day as good as this has not fallen, whatever was before. */
  readonly goodEnough: number;
  /** By how much less than usual. */
  readonly fall: number;
  /** Days before that make what is usual; with fewer nothing is. */
  readonly neededDays: number;
}

export const defaultFallen: FallenOptions = { goodEnough: 0.95, fall: 0.05, neededDays: 3 };

/** What fell on the last of a meter's days, against those before it. A meter that was never good does not fall each day. */
export function findFallen(
  days: readonly QualityDay[],
  options: FallenOptions = defaultFallen,
): readonly Fallen[] {
  const last = days.at(-1);
  if (last === undefined || last.date === null) return [];
  const { date } = last;
  const before = days.slice(0, -1).map(toMeasures);
  const now = toMeasures(last);
  return measureNames.flatMap((measure): readonly Fallen[] => {
    const value = now[measure];
    const known = before
      .flatMap((each) => (each[measure] === null ? [] : [each[measure]]))
      .sort((a, b) => a - b);
    const usual = known[Math.floor(known.length / 2)];
    if (value === null || usual === undefined || known.length < options.neededDays) return [];
    return value < options.goodEnough && value <= usual - options.fall
      ? [{ date, measure, value, usual }]
      : [];
  });
}
