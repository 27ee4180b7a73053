import { pathToFileURL } from 'node:url';
import type { Basis, Gap } from '../subgraphs/energy/quality/estimation/basis.ts';
import { startsOf } from '../subgraphs/energy/quality/estimation/basis.ts';
import { defaultEstimation } from '../subgraphs/energy/quality/estimation/default-settings.ts';
import { interpolate } from '../subgraphs/energy/quality/estimation/interpolate.ts';
import { fromLikeDays } from '../subgraphs/energy/quality/estimation/like-days.ts';
import { sampleIsHere } from '../test/bdg2/sample.ts';
import { readSample, type SampleBuilding, sampleIds } from '../test/energy/sample-rows.ts';

const hourMs = 3_600_000;

/** How far estimates are from what was measured, over all hours that were taken away. */
export interface EstimationScore {
  readonly site: string;
  readonly gapHours: number;
  readonly method: 'interpolated' | 'like days';
  readonly holes: number;
  /** Root mean square error over the mean of what was measured. */
  readonly cvRmse: number;
  /** Sum of errors over the sum of what was measured: over 0 is too much. */
  readonly nmbe: number;
  /** Holes that were left open, for want of data. */
  readonly left: number;
}

export const gapLengthsHours = [1, 2, 3, 6, 12, 24, 72, 168] as const;

/**
 * Punches seeded holes of each length into real meters, fills each by each method, and compares with what was there.
 * Each hole sees all other readings of its meter, those after it too, as estimation does. Errors are normalised meter by
 * meter (by the mean of the meter's hidden values) and then averaged, so that a large meter does not speak for all.
 */
export function scoreEstimation(
  buildings: readonly SampleBuilding[],
  holesOfEach: number,
  {
    lengthsHours = gapLengthsHours,
    seed = 1,
  }: { readonly lengthsHours?: readonly number[]; readonly seed?: number } = {},
): readonly EstimationScore[] {
  const random = randomOf(seed);
  const bySite = Map.groupBy(buildings, ({ siteId }) => siteId);
  return [...bySite].flatMap(([site, some]) =>
    lengthsHours.flatMap((gapHours) => {
      const holes = some.map((building) => ({
        building,
        gaps: punch(building, gapHours, holesOfEach, random),
      }));
      return (['interpolated', 'like days'] as const).map((method): EstimationScore => {
        const meters = holes.map(({ building, gaps }) => scoreMeter(building, gaps, method));
        const filled = meters.filter(({ count }) => count > 0);
        return {
          site,
          gapHours,
          method,
          holes: holes.reduce((sum, { gaps }) => sum + gaps.length, 0),
          cvRmse: mean(filled.map(({ cvRmse }) => cvRmse)),
          nmbe: mean(filled.map(({ nmbe }) => nmbe)),
          left: meters.reduce((sum, { left }) => sum + left, 0),
        };
      });
    }),
  );
}

function scoreMeter(building: SampleBuilding, gaps: readonly Gap[], method: EstimationScore['method']) {
  const basis = basisOf(building);
  const valueAt = new Map(basis.valueAt);
  let [squares, errors, measured, count, left] = [0, 0, 0, 0, 0];
  for (const gap of gaps) {
    const starts = startsOf(gap, hourMs);
    for (const start of starts) valueAt.delete(start);
    const hidden = { ...basis, valueAt };
    const estimate =
      method === 'interpolated' ? interpolate(hidden, gap) : fromLikeDays(hidden, gap, defaultEstimation);
    for (const [index, start] of starts.entries()) {
      const real = basis.valueAt.get(start) ?? 0;
      valueAt.set(start, real);
      if (estimate === null) continue;
      const error = (estimate[index] ?? 0) - real;
      squares += error * error;
      errors += error;
      measured += real;
      count += 1;
    }
    if (estimate === null) left += 1;
  }
  if (count === 0 || measured === 0) return { count: 0, left, cvRmse: 0, nmbe: 0 };
  return { count, left, cvRmse: Math.sqrt(squares / count) / (measured / count), nmbe: errors / measured };
}

const basisOf = ({ rows, timeZone }: SampleBuilding): Basis => ({
  intervalMs: hourMs,
  timeZone,
  valueAt: new Map(rows.map(({ timeMs, kwh }) => [timeMs, kwh])),
});

/** Places where all hours were measured, with a measured hour on both sides. */
function punch({ rows }: SampleBuilding, hours: number, count: number, random: () => number): readonly Gap[] {
  const gaps: Gap[] = [];
  for (let tries = 0; gaps.length < count && tries < count * 20; tries += 1) {
    const first = 1 + Math.floor(random() * (rows.length - hours - 2));
    const [before, from, after] = [rows[first - 1], rows[first], rows[first + hours]];
    if (before === undefined || from === undefined || after === undefined) continue;
    if (after.timeMs - before.timeMs !== (hours + 1) * hourMs) continue;
    gaps.push({ fromMs: from.timeMs, toMs: after.timeMs });
  }
  return gaps;
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`.padStart(8);

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (!sampleIsHere) {
    console.log('The real sample (BDG2_DIR) is not here: nothing to measure on.');
  } else {
    const holes = process.argv.includes('--quick') ? 5 : 30;
    const ids = sampleIds().filter((id) => id.startsWith('Fox_') || id.startsWith('Robin_'));
    console.log(
      `Estimates of gaps against what was measured: ${ids.length} real meters, ${holes} seeded holes of each length in each.`,
    );
    console.log('site   gap (h)  method        CV(RMSE)     NMBE   left open');
    for (const { site, gapHours, method, cvRmse, nmbe, left, holes: all } of scoreEstimation(
      readSample(ids),
      holes,
    ))
      console.log(
        `${site.padEnd(7)}${String(gapHours).padStart(6)}   ${method.padEnd(13)}${percent(cvRmse)} ${percent(nmbe)}   ${left} of ${all}`,
      );
  }
}
