import { hoursOfWeek, type MeterState } from './meter-state.ts';

/**
 * What a meter usually does, hour by hour of its building's week, learned as readings come. An hour's value moves the
 * profile by an eighth of what it is off, and never by more than three deviations: a fault of some days leaves little
 * trace, a new habit is learned in some weeks. A level follows the seasons within days, slowly too.
 */

/** An hour of the week is known after this many weeks: until then nothing is judged by the profile. */
export const weeksToWarm = 3;

const learning = 1 / 8;
const levelLearning = 1 / 72;
/** No hour moves the level by more, as a logarithm. */
const mostLevelStep = 0.12;
const meanLearning = 1 / 500;
const roughnessLearning = 1 / 40;
const restLearning = 1 / 500;
/** From a mean absolute deviation to a standard one. */
export const sigmaOfMean = 1.2533;

const sunday = 6 * 24;
const wednesday = 2 * 24;
const hourMs = 3_600_000;

/** Hour of the week, Monday 00:00 first, of an instant and its zone's offset. 1970-01-01 was a Thursday. */
export function hourOfWeek(timeMs: number, offsetMs: number): number {
  const hour = Math.floor((timeMs + offsetMs) / hourMs) + 3 * 24;
  return ((hour % hoursOfWeek) + hoursOfWeek) % hoursOfWeek;
}

export const isWarm = (state: MeterState, slot: number): boolean =>
  (state.weeks[slot] as number) >= weeksToWarm && state.hoursSeen >= weeksToWarm * hoursOfWeek;

export const expectedRate = (state: MeterState, slot: number): number =>
  (state.median[slot] as number) * Math.exp(state.level);

/** What would be expected if the day were a holiday (on a workday), or a workday (on a weekend). */
export function otherExpectedRate(state: MeterState, slot: number): number {
  const hour = slot % 24;
  const other = (slot >= 5 * 24 ? wednesday : sunday) + hour;
  return (state.weeks[other] as number) === 0
    ? expectedRate(state, slot)
    : (state.median[other] as number) * Math.exp(state.level);
}

/** Standard deviation of an hour round what is expected. */
export const sigmaOf = (state: MeterState, slot: number): number =>
  sigmaOfMean * (state.spread[slot] as number) * Math.exp(state.level);

export const roughnessSlot = (slot: number): number => (slot % 24) + (slot >= 5 * 24 ? 24 : 0);

/** Takes an hour into the profile. */
export function learnHour(state: MeterState, slot: number, rate: number): void {
  const weeks = state.weeks[slot] as number;
  const median = state.median[slot] as number;
  const spread = state.spread[slot] as number;
  state.hoursSeen += 1;
  state.mean += (rate - state.mean) * Math.max(1 / state.hoursSeen, meanLearning);
  if (weeks < 255) state.weeks[slot] = weeks + 1;
  if (weeks === 0) {
    state.median[slot] = rate;
    state.spread[slot] = rate * 0.2;
    return;
  }
  const warm = isWarm(state, slot);
  const step = Math.max(1 / (weeks + 1), learning);
  const off = rate - median;
  const most = warm ? 3 * sigmaOfMean * spread + 0.01 * median : Number.POSITIVE_INFINITY;
  const clipped = within(most, off);
  const rest = warm ? rate - expectedRate(state, slot) : clipped;
  const restClipped = within(most, rest);
  state.median[slot] = median + step * clipped;
  state.spread[slot] = spread + step * (Math.abs(restClipped) - spread);
  if (!warm || median <= 0.02 * state.mean) return;
  const share = Math.abs(rate - expectedRate(state, slot)) / state.mean;
  state.restShare += restLearning * (Math.min(share, 3 * state.restShare) - state.restShare);
  const ratio = Math.log(Math.max(rate, 0.02 * median) / median) - state.level;
  state.level += levelLearning * within(mostLevelStep, ratio);
}

const within = (most: number, value: number): number => Math.max(-most, Math.min(most, value));

/** Takes into account how far an hour stood out from its neighbours. */
export function learnRoughness(state: MeterState, slot: number, deviation: number): void {
  const place = roughnessSlot(slot);
  const known = state.roughness[place] as number;
  if (known === 0) {
    state.roughness[place] = deviation;
    return;
  }
  const clipped = Math.min(deviation, 3 * sigmaOfMean * known);
  state.roughness[place] = known + roughnessLearning * (clipped - known);
}

/** Takes a shift that has lasted, as a logarithm, for what is normal from now on. */
export function learnShift(state: MeterState, shift: number): void {
  const factor = Math.exp(shift);
  for (let slot = 0; slot < hoursOfWeek; slot += 1) {
    state.median[slot] = (state.median[slot] as number) * factor;
    state.spread[slot] = (state.spread[slot] as number) * factor;
  }
  state.mean *= factor;
}
