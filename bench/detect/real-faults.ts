import { medianOf, robustSigma } from './inject.ts';
import type { RealMeter } from './read-meters.ts';

export interface Span {
  readonly fromMs: number;
  /** Excluded. */
  readonly toMs: number;
}

const hourMs = 3_600_000;
/** Hours of one value that no healthy meter of this size shows. */
const leastEqual = 6;
/** What a fault of the data leaves in their neighbourhood is not judged either. */
const after = 48 * hourMs;
const before = 24 * hourMs;

/**
 * What is wrong with the real data themselves, by a criterion that knows nothing of the detector, and looks at the whole
 * series: hours that are missing, and six or more equal values in a row. (Fox and Panther were gap-filled by their
 * publisher, Robin's outliers were replaced by the median.) Nothing is injected near these, and no alarm near them counts,
 * neither for nor against.
 */
export function realFaults({ timesMs, values }: RealMeter): readonly Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (let index = 1; index <= values.length; index += 1) {
    const gap =
      index < values.length && (timesMs[index] as number) - (timesMs[index - 1] as number) > 2 * hourMs;
    if (gap) spans.push(around(timesMs[index - 1] as number, timesMs[index] as number));
    if (!gap && index < values.length && values[index] === values[from]) continue;
    if (index - from >= leastEqual)
      spans.push(around(timesMs[from] as number, (timesMs[index - 1] as number) + hourMs));
    from = index;
  }
  return spans;
}

const around = (fromMs: number, toMs: number): Span => ({ fromMs: fromMs - before, toMs: toMs + after });

export const overlaps = (a: Span, b: Span): boolean => a.fromMs < b.toMs && b.fromMs < a.toMs;

const dayMs = 24 * hourMs;
const leastSpike = 4;

/**
 * Spikes that are really there, by the definition of the injected: an hour that stands out from its neighbours by four or
 * more robust deviations, each measured from the median of its hour of the week in the four weeks either side.
 */
export function realSpikes({ timesMs, values }: RealMeter): readonly Span[] {
  const spans: Span[] = [];
  const bySlot = Array.from({ length: 168 }, (): number[] => []);
  const slotOf = (index: number): number => Math.floor((timesMs[index] as number) / hourMs) % 168;
  for (let index = 0; index < values.length; index += 1) bySlot[slotOf(index)]?.push(index);
  const rest = (index: number): number => {
    const near = (bySlot[slotOf(index)] ?? []).filter((other) => Math.abs(other - index) <= 672);
    return (values[index] as number) - medianOf(near.map((other) => values[other] as number));
  };
  const rests = Float64Array.from({ length: values.length }, (_, index) => rest(index));
  let sigma = Number.NaN;
  for (let index = 1; index + 1 < values.length; index += 1) {
    if (index % 168 === 1) sigma = robustSigma(timesMs, values, index);
    const around = ((rests[index - 1] as number) + (rests[index + 1] as number)) / 2;
    if (Math.abs((rests[index] as number) - around) < leastSpike * sigma) continue;
    spans.push({
      fromMs: (timesMs[index] as number) - hourMs,
      toMs: (timesMs[index] as number) + 2 * hourMs,
    });
  }
  return spans;
}

/**
 * Shifts of the level that are really there, by the definition of the injected: six of seven days that are 30 % or more
 * off, to one side, the median of their weekday in the four weeks before. Christmas at a university is one.
 */
export function realShifts({ timesMs, values }: RealMeter): readonly Span[] {
  const days = new Map<number, number>();
  for (const [index, timeMs] of timesMs.entries()) {
    const day = Math.floor(timeMs / dayMs);
    days.set(day, (days.get(day) ?? 0) + (values[index] as number));
  }
  const side = (day: number): number => {
    const before = [7, 14, 21, 28].flatMap((back) => days.get(day - back) ?? []);
    const ratio = (days.get(day) ?? Number.NaN) / medianOf(before);
    return ratio >= 1.3 ? 1 : ratio <= 0.7 ? -1 : 0;
  };
  return [...days.keys()].flatMap((day): Span[] => {
    const sum = [0, 1, 2, 3, 4, 5, 6].reduce((total, ahead) => total + side(day + ahead), 0);
    // A shift's end is one too, for those who have learned it.
    return Math.abs(sum) < 6 ? [] : [{ fromMs: day * dayMs, toMs: (day + 10) * dayMs }];
  });
}
