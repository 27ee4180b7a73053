import type { JudgedHour } from '../vee/sink.ts';
import type { DetectorState } from './detector-state.ts';
import type { DetectionSettings } from './settings.ts';

const hourMs = 3_600_000;
const day = 0xff_ff_ff;

export interface DeviationNews {
  readonly kind: 'HIGH' | 'LOW';
  readonly fromMs: number;
  readonly toMs: number;
  readonly open: boolean;
  readonly expected: number;
  readonly actual: number;
  readonly strength: number;
}

/**
 * Hours far off what is expected of any day, some of the last 24 of them: plant that runs through the night, a chiller
 * that is off. A day of rest or of work at an unusual date is none.
 */
export function followDeviation(
  state: DetectorState,
  shift: number,
  { startMs, rate, expected, other, sigma, faulty }: JudgedHour,
  { deviation }: DetectionSettings,
  tell: (news: DeviationNews) => void,
): void {
  const known = !faulty && !Number.isNaN(expected);
  const factor = Math.exp(shift);
  const highest = Math.max(expected, other) * factor;
  const lowest = Math.min(expected, other) * factor;
  const most = highest + Math.max(deviation.sigmas * sigma, deviation.leastShare * highest);
  const least = lowest - Math.max(deviation.sigmas * sigma, deviation.leastShare * lowest);
  const isHigh = known && rate > most;
  const isLow = known && rate < least;
  state.high = ((state.high << 1) | (isHigh ? 1 : 0)) & day;
  state.low = ((state.low << 1) | (isLow ? 1 : 0)) & day;

  const strength = sigma > 0 ? Math.abs(rate - expected * factor) / sigma : 0;
  const common = { toMs: startMs + hourMs, expected: expected * factor, actual: rate, strength };
  if (isHigh && state.highFromMs < 0 && bits(state.high) >= deviation.hours)
    state.highFromMs = startMs - firstBit(state.high) * hourMs;
  if (isHigh && state.highFromMs >= 0)
    tell({ kind: 'HIGH', fromMs: state.highFromMs, open: true, ...common });
  if (isLow && state.lowFromMs < 0 && bits(state.low) >= deviation.hours)
    state.lowFromMs = startMs - firstBit(state.low) * hourMs;
  if (isLow && state.lowFromMs >= 0) tell({ kind: 'LOW', fromMs: state.lowFromMs, open: true, ...common });

  const calm = (1 << deviation.calmHours) - 1;
  const ended = { ...common, toMs: startMs - (deviation.calmHours - 1) * hourMs, open: false };
  if (state.highFromMs >= 0 && (state.high & calm) === 0) {
    tell({ kind: 'HIGH', fromMs: state.highFromMs, ...ended });
    state.highFromMs = -1;
  }
  if (state.lowFromMs >= 0 && (state.low & calm) === 0) {
    tell({ kind: 'LOW', fromMs: state.lowFromMs, ...ended });
    state.lowFromMs = -1;
  }
}

const firstBit = (mask: number): number => 31 - Math.clz32(mask);

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
