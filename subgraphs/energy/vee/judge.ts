import { endGap, isOffGrid } from './clock.ts';
import { judgeHour } from './judge-hour.ts';
import { type MeterState, ringSize } from './meter-state.ts';
import { hourOfWeek } from './profile.ts';
import { type Judgement, judgementOf, rejudge } from './rejudge.ts';
import { RuleNo, Verdict } from './rule-names.ts';
import type { MeterRules } from './rules.ts';
import { judgeRun } from './runs.ts';
import type { Sink } from './sink.ts';
import { verdictNo } from './verdicts.ts';

export interface JudgedReading {
  /** Start of the interval, Unix ms. */
  readonly timeMs: number;
  readonly intervalSeconds: number;
  readonly value: number;
  /** What to add to the time for the building's wall clock. */
  readonly offsetMs: number;
  /** The system's clock, Unix ms. */
  readonly nowMs: number;
}

const hourMs = 3_600_000;

/**
 * The verdict on one reading of a meter, by all rules, from what came before it alone. What a rule finds out later about
 * earlier readings goes to the sink. O(1); changes `state`.
 */
export function judge(state: MeterState, rules: MeterRules, reading: JudgedReading, sink: Sink): Judgement {
  const { timeMs, value, offsetMs } = reading;
  const intervalMs = reading.intervalSeconds * 1_000;
  if (rules.future.verdict !== 'OFF' && timeMs > reading.nowMs + rules.future.mostAheadSeconds * 1_000)
    return judgementOf(verdictNo(rules.future.verdict), RuleNo.future);
  if (value < 0 && rules.negative.verdict !== 'OFF')
    return judgementOf(verdictNo(rules.negative.verdict), RuleNo.negative);

  const place = Math.floor(timeMs / intervalMs) % ringSize;
  if (state.ringTimes[place] === timeMs && state.newestIntervalMs === intervalMs)
    return judgeRepeat(state, rules, place, reading, sink);
  if (timeMs <= state.newestMs) return judgeLate(state, rules, timeMs, value, intervalMs);

  endGap(state, rules, timeMs, sink);
  const offGrid = isOffGrid(state, rules, timeMs, intervalMs, sink);
  const slot = hourOfWeek(timeMs, offsetMs);
  const before = state.runRate;
  const run = judgeRun(state, rules, slot, timeMs, intervalMs, value, sink);
  const rate = (value * hourMs) / intervalMs;
  if (state.newestIntervalMs !== intervalMs) state.ringTimes.fill(-1);
  state.newestMs = timeMs;
  state.newestIntervalMs = intervalMs;

  const byHour = takeIntoHour(state, rules, timeMs, intervalMs, value, offsetMs, run !== RuleNo.none, sink);
  let rule: RuleNo = run;
  if (byHour === RuleNo.unitJump || rule === RuleNo.none) rule = byHour === RuleNo.none ? rule : byHour;
  if (isOutOfRange(rules, rate)) rule = RuleNo.range;
  if (rule === RuleNo.none) rule = judgeRate(state, rules, rate, before);
  if (rule === RuleNo.none && offGrid) rule = RuleNo.clockShift;

  const judgement = judgementOf(verdictOf(rules, rule), rule);
  state.ringTimes[place] = timeMs;
  state.ringValues[place] = value;
  state.ringVerdicts[place] = judgement;
  return judgement;
}

/** It has been here: whatever it says, the verdict on it does not become another for coming twice. */
function judgeRepeat(
  state: MeterState,
  rules: MeterRules,
  place: number,
  { timeMs, value }: JudgedReading,
  sink: Sink,
): Judgement {
  if (rules.duplicate.verdict !== 'OFF')
    sink.finding({
      rule: RuleNo.duplicate,
      fromMs: timeMs,
      toMs: timeMs + state.newestIntervalMs,
      open: false,
      expected: state.ringValues[place] as number,
      actual: value,
      strength: 1,
    });
  if (value === state.ringValues[place]) return state.ringVerdicts[place] as number;
  state.ringValues[place] = value;
  return judgementOf(verdictNo(rules.duplicate.verdict), RuleNo.duplicate);
}

/** Too late to be learned from: only what needs no history is looked at. */
function judgeLate(
  state: MeterState,
  rules: MeterRules,
  timeMs: number,
  value: number,
  intervalMs: number,
): Judgement {
  const rate = (value * hourMs) / intervalMs;
  if (isOutOfRange(rules, rate)) return judgementOf(verdictNo(rules.range.verdict), RuleNo.range);
  const late = rules.late.verdict !== 'OFF' && state.newestMs - timeMs > rules.late.leastHours * hourMs;
  return late ? judgementOf(verdictNo(rules.late.verdict), RuleNo.late) : 0;
}

function judgeRate(state: MeterState, rules: MeterRules, rate: number, before: number): RuleNo {
  const { rateOfChange } = rules;
  if (rateOfChange.verdict === 'OFF' || state.hoursSeen < 24 || Number.isNaN(before)) return RuleNo.none;
  const step = Math.abs(rate - before);
  // The step back from a wrong value is right.
  const away = Math.abs(rate - state.mean) > Math.abs(before - state.mean);
  return away && step > rateOfChange.mostTimesMean * state.mean ? RuleNo.rateOfChange : RuleNo.none;
}

const isOutOfRange = ({ range }: MeterRules, rate: number): boolean =>
  range.verdict !== 'OFF' && (rate < range.leastRate || rate > range.mostRate);

/** Gathers readings into hours, and judges those that are complete: at once by the reading that completes them. */
function takeIntoHour(
  state: MeterState,
  rules: MeterRules,
  timeMs: number,
  intervalMs: number,
  value: number,
  offsetMs: number,
  faulty: boolean,
  sink: Sink,
): RuleNo {
  if (intervalMs >= hourMs) {
    state.hour = -1;
    const rate = (value * hourMs) / intervalMs;
    return judgeHour(state, rules, timeMs, hourOfWeek(timeMs, offsetMs), rate, faulty, sink);
  }
  const hour = Math.floor(timeMs / hourMs) * hourMs;
  if (hour !== state.hour) {
    // Half an hour's readings still say what it was like.
    if (state.hour >= 0 && state.hourCoveredMs >= hourMs / 2) endHour(state, rules, offsetMs, faulty, sink);
    state.hour = hour;
    state.hourEnergy = 0;
    state.hourCoveredMs = 0;
  }
  state.hourEnergy += value;
  state.hourCoveredMs += intervalMs;
  if (state.hourCoveredMs < hourMs) return RuleNo.none;
  const rule = endHour(state, rules, offsetMs, faulty, sink);
  if (rule !== RuleNo.none) rejudge(state, sink, hour, timeMs, verdictOf(rules, rule), rule);
  return rule;
}

function endHour(
  state: MeterState,
  rules: MeterRules,
  offsetMs: number,
  faulty: boolean,
  sink: Sink,
): RuleNo {
  const { hour } = state;
  const rate = (state.hourEnergy * hourMs) / state.hourCoveredMs;
  state.hour = -1;
  return judgeHour(state, rules, hour, hourOfWeek(hour, offsetMs), rate, faulty, sink);
}

function verdictOf(rules: MeterRules, rule: RuleNo): Verdict {
  switch (rule) {
    case RuleNo.stuck:
      return verdictNo(rules.stuck.verdict);
    case RuleNo.zeroRun:
      return verdictNo(rules.zeroRun.verdict);
    case RuleNo.spike:
      return verdictNo(rules.spike.verdict);
    case RuleNo.unitJump:
      return verdictNo(rules.unitJump.verdict);
    case RuleNo.range:
      return verdictNo(rules.range.verdict);
    case RuleNo.rateOfChange:
      return verdictNo(rules.rateOfChange.verdict);
    case RuleNo.clockShift:
      return verdictNo(rules.clockShift.verdict);
    default:
      return Verdict.GOOD;
  }
}
