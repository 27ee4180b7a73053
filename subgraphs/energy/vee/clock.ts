import type { MeterState } from './meter-state.ts';
import { RuleNo } from './rule-names.ts';
import type { MeterRules } from './rules.ts';
import type { Sink } from './sink.ts';

const hourMs = 3_600_000;
/** Readings off the grid before it is told, and before it is the new grid. */
const toTell = 3;
const toLearn = 48;

/** Tells of a gap that a reading ends. */
export function endGap(state: MeterState, rules: MeterRules, timeMs: number, sink: Sink): void {
  if (state.newestMs < 0) return;
  const fromMs = state.newestMs + state.newestIntervalMs;
  if (rules.gap.verdict !== 'OFF' && timeMs - fromMs >= rules.gap.leastHours * hourMs)
    sink.finding(gapFinding(fromMs, timeMs, false));
  state.toldGapMs = -1;
}

/** Tells of a gap that has not ended yet: call it as time goes on, whether or not readings come. */
export function noticeGap(state: MeterState, rules: MeterRules, nowMs: number, sink: Sink): void {
  if (state.newestMs < 0 || rules.gap.verdict === 'OFF') return;
  const fromMs = state.newestMs + state.newestIntervalMs;
  if (nowMs - fromMs < rules.gap.leastHours * hourMs) return;
  state.toldGapMs = fromMs;
  sink.finding(gapFinding(fromMs, nowMs, true));
}

const gapFinding = (fromMs: number, toMs: number, open: boolean) => ({
  rule: RuleNo.gap,
  fromMs,
  toMs,
  open,
  expected: Number.NaN,
  actual: Number.NaN,
  strength: (toMs - fromMs) / hourMs,
});

/** Whether a reading begins where the meter's readings do not; one that goes on is the new habit after two days. */
export function isOffGrid(
  state: MeterState,
  { clockShift }: MeterRules,
  timeMs: number,
  intervalMs: number,
  sink: Sink,
): boolean {
  if (clockShift.verdict === 'OFF') return false;
  const grid = Math.min(intervalMs, hourMs);
  const phase = timeMs % grid;
  if (state.phaseMs < 0 || intervalMs !== state.newestIntervalMs) {
    state.phaseMs = phase;
    state.offPhase = 0;
    return false;
  }
  const off = Math.abs(phase - state.phaseMs);
  if (Math.min(off, grid - off) <= clockShift.leastSeconds * 1_000) {
    if (state.offPhase >= toTell) tellShift(state, timeMs, false, off, sink);
    state.offPhase = 0;
    return false;
  }
  if (state.offPhase === 0) state.offPhaseFromMs = timeMs;
  state.offPhase += 1;
  if (state.offPhase >= toTell) tellShift(state, timeMs + intervalMs, state.offPhase < toLearn, off, sink);
  if (state.offPhase >= toLearn) {
    state.phaseMs = phase;
    state.offPhase = 0;
  }
  return true;
}

function tellShift(state: MeterState, toMs: number, open: boolean, offMs: number, sink: Sink): void {
  sink.finding({
    rule: RuleNo.clockShift,
    fromMs: state.offPhaseFromMs,
    toMs,
    open,
    expected: Number.NaN,
    actual: Number.NaN,
    strength: offMs / 60_000,
  });
}
