import type { MeterState } from '../vee/meter-state.ts';
import { learnShift } from '../vee/profile.ts';
import type { JudgedHour } from '../vee/sink.ts';
import { type DetectorState, windowHours } from './detector-state.ts';
import type { DetectionSettings } from './settings.ts';

const hourMs = 3_600_000;

/** What the last `hours` were against what was expected of them. */
export interface Against {
  /** Logarithm of the ratio of the sums. */
  readonly ratio: number;
  /** Shares of the hours that were above and below by more than the least shift. */
  readonly above: number;
  readonly below: number;
  readonly hours: number;
  /** The first hour of the window that was off to the ratio's side. */
  readonly firstMs: number;
}

export function against(state: DetectorState, untilMs: number, hours: number, leastShift: number): Against {
  let [sum, most, count, above, below] = [0, 0, 0, 0, 0];
  let [firstAbove, firstBelow] = [-1, -1];
  const up = Math.exp(leastShift);
  for (let back = hours - 1; back >= 0; back -= 1) {
    const startMs = untilMs - back * hourMs;
    const place = Math.floor(startMs / hourMs) % windowHours;
    if (state.starts[place] !== startMs) continue;
    const rate = state.rates[place] as number;
    if (Number.isNaN(rate)) continue;
    const expected = state.expected[place] as number;
    sum += rate;
    most += expected;
    count += 1;
    if (rate > expected * up) {
      above += 1;
      if (firstAbove < 0) firstAbove = startMs;
    } else if (rate * up < expected) {
      below += 1;
      if (firstBelow < 0) firstBelow = startMs;
    }
  }
  const ratio = sum > 0 && most > 0 ? Math.log(sum / most) : 0;
  return {
    ratio,
    above: above / count,
    below: below / count,
    hours: count,
    firstMs: ratio > 0 ? firstAbove : firstBelow,
  };
}

/** What became of the level with an hour. */
export type LevelNews =
  | { readonly what: 'nothing' }
  | {
      readonly what: 'opened' | 'goes on' | 'closed';
      readonly fromMs: number;
      readonly toMs: number;
      readonly ratio: number;
    };

const nothing: LevelNews = { what: 'nothing' };

/**
 * A shift of the level: nearly all hours of a window, those of the night too, are off to one side, by more than days
 * usually are. While it is open nothing is learned; after `learnedAfterDays` it is what is normal.
 */
export function followLevel(
  state: DetectorState,
  meter: MeterState,
  { startMs }: JudgedHour,
  { levelShift }: DetectionSettings,
): LevelNews {
  if (meter.shift !== 0) return followShift(state, meter, startMs, levelShift);
  const half = levelShift.leastLog / 2;
  const day = against(state, startMs, 24, half);
  learnDay(state, startMs, day, levelShift);
  const least = Math.max(levelShift.leastLog, levelShift.sigmas * 1.25 * state.daySpread);
  const doubted = day.hours >= 18 && Math.abs(day.ratio) >= least;
  state.doubtedHours = doubted ? state.doubtedHours + 1 : 0;
  // What is not a shift within some days is how the meter is.
  meter.held = doubted && state.doubtedHours < 2 * levelShift.hours;
  if (!doubted) return nothing;
  const long = against(state, startMs, levelShift.hours, half);
  const share = long.ratio > 0 ? long.above : long.below;
  const same = Math.sign(long.ratio) === Math.sign(day.ratio) && Math.abs(long.ratio) >= least;
  if (!same || long.hours < 0.75 * levelShift.hours || share < levelShift.leastShare) return nothing;
  meter.held = true;
  meter.shift = long.ratio;
  state.shiftFromMs = long.firstMs;
  state.calm = 0;
  return { what: 'opened', fromMs: long.firstMs, toMs: startMs + hourMs, ratio: long.ratio };
}

/** Hours in a row at which the shift is not to be seen, in the half day before each, that end it. */
const calmHours = 12;

function followShift(
  state: DetectorState,
  meter: MeterState,
  startMs: number,
  { leastLog, learnedAfterDays }: DetectionSettings['levelShift'],
): LevelNews {
  const now = against(state, startMs, 12, leastLog / 2);
  const isBack = Math.sign(now.ratio) !== Math.sign(meter.shift) || Math.abs(now.ratio) < leastLog / 2;
  state.calm = now.hours >= 6 && isBack ? state.calm + 1 : 0;
  const common = { fromMs: state.shiftFromMs, ratio: meter.shift };
  const isOver = state.calm >= calmHours;
  const isLearned = startMs - state.shiftFromMs > learnedAfterDays * 24 * hourMs;
  if (!isOver && !isLearned) return { what: 'goes on', toMs: startMs + hourMs, ...common };
  if (!isOver) {
    learnShift(meter, against(state, startMs, windowHours, 0).ratio);
    state.rates.fill(Number.NaN);
  }
  meter.shift = 0;
  meter.held = false;
  return { what: 'closed', toMs: startMs + hourMs - (isOver ? 2 * calmHours * hourMs : 0), ...common };
}

/** How far days usually are off: learned once a day, from days that are not far off. */
function learnDay(
  state: DetectorState,
  startMs: number,
  { ratio, hours }: Against,
  { leastLog }: DetectionSettings['levelShift'],
): void {
  const day = Math.floor(startMs / (24 * hourMs));
  if (day === state.lastDay || hours < 18) return;
  state.lastDay = day;
  state.daySpread += (Math.min(Math.abs(ratio), 2 * leastLog) - state.daySpread) / 20;
}
