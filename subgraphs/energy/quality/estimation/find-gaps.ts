import type { Gap } from './basis.ts';

/** A reading's place in time. */
export interface Covered {
  readonly timeMs: number;
  readonly intervalMs: number;
}

/**
 * The gaps between readings, which come in the order of time. What lies before the first or behind the last is none: a
 * meter that has not begun, or is silent now, is not filled in, for nobody knows that it will go on.
 * Only whole intervals on the raster of the reading before are missing ones: a rest shorter than one is not a reading.
 */
export function findGaps(readings: Iterable<Covered>, intervalMs: number): readonly Gap[] {
  const gaps: Gap[] = [];
  let endMs: number | undefined;
  for (const { timeMs, intervalMs: own } of readings) {
    if (endMs !== undefined) {
      const missing = Math.floor((timeMs - endMs) / intervalMs);
      if (missing > 0) gaps.push({ fromMs: endMs, toMs: endMs + missing * intervalMs });
    }
    endMs = Math.max(endMs ?? Number.NEGATIVE_INFINITY, timeMs + own);
  }
  return gaps;
}
