import type { MeterState } from './meter-state.ts';
import { expectedRate, isWarm, otherExpectedRate } from './profile.ts';
import { rejudge } from './rejudge.ts';
import { RuleNo, Verdict } from './rule-names.ts';
import type { MeterRules } from './rules.ts';
import type { Sink } from './sink.ts';
import { verdictNo } from './verdicts.ts';

const hourMs = 3_600_000;
const shareLearning = 1 / 300;
/** A run is found when chance, going by how often the meter repeats itself, would make one less often than this. */
const logOfChance = Math.log(1e-6);
/** However often that is, so many are a run. */
const mostReadings = 24;

/** The rule that a run of equal values breaks, at its newest reading. */
export function judgeRun(
  state: MeterState,
  rules: MeterRules,
  slot: number,
  timeMs: number,
  intervalMs: number,
  value: number,
  sink: Sink,
): RuleNo {
  if (value !== state.runValue || intervalMs !== state.newestIntervalMs) {
    endRun(state, sink);
    learnRun(state, rules);
    state.runValue = value;
    state.runRate = (value * hourMs) / intervalMs;
    state.runFromMs = timeMs;
    state.runLength = 1;
    state.runActive = value === 0 && expectsUse(state, slot) ? 1 : 0;
    state.runFound = false;
    return RuleNo.none;
  }
  state.runLength += 1;
  const rule = value === 0 ? rules.zeroRun : rules.stuck;
  const name = value === 0 ? RuleNo.zeroRun : RuleNo.stuck;
  if (value === 0 && expectsUse(state, slot)) state.runActive += 1;
  if (!state.runFound) {
    const share = value === 0 ? state.zeroShare : state.repeatShare;
    const length = value === 0 ? state.runActive : state.runLength;
    const byChance = logOfChance / Math.log(Math.min(0.98, Math.max(0.005, share)));
    const least = Math.max(rule.leastReadings, Math.min(byChance, mostReadings));
    if (rule.verdict === 'OFF' || length < least || length * intervalMs < rule.leastHours * hourMs)
      return RuleNo.none;
    state.runFound = true;
    const verdict = verdictNo(rule.verdict);
    if (verdict !== Verdict.GOOD) rejudge(state, sink, state.runFromMs, timeMs, verdict, name);
  }
  tellRun(state, timeMs + intervalMs, true, slot, sink);
  return name;
}

/** How often the meter repeats itself is learned from runs that nobody would doubt: the long ones are what is looked for. */
function learnRun(state: MeterState, rules: MeterRules): void {
  const { runLength, runValue } = state;
  const isZero = runValue === 0;
  if (isZero ? state.runFound : runLength >= rules.stuck.leastReadings) return;
  if (!isZero) {
    state.repeatShare += Math.min(1, shareLearning * (runLength - 1)) * (1 - state.repeatShare);
    state.repeatShare -= shareLearning * state.repeatShare;
    state.zeroShare -= Math.min(1, shareLearning * runLength) * state.zeroShare;
    return;
  }
  // Zeros at hours at which none are expected.
  state.zeroShare += Math.min(1, shareLearning * state.runActive) * (1 - state.zeroShare);
}

/** A run ends where its readings end. */
export function endRun(state: MeterState, sink: Sink): void {
  if (state.runFound) tellRun(state, state.newestMs + state.newestIntervalMs, false, -1, sink);
  state.runFound = false;
}

function tellRun(state: MeterState, toMs: number, open: boolean, slot: number, sink: Sink): void {
  sink.finding({
    rule: state.runValue === 0 ? RuleNo.zeroRun : RuleNo.stuck,
    fromMs: state.runFromMs,
    toMs,
    open,
    expected: slot >= 0 && isWarm(state, slot) ? expectedRate(state, slot) : Number.NaN,
    actual: state.runRate,
    strength: (toMs - state.runFromMs) / hourMs,
  });
}

/** On a workday and on a holiday alike. */
function expectsUse(state: MeterState, slot: number): boolean {
  if (!isWarm(state, slot)) return false;
  const least = Math.min(expectedRate(state, slot), otherExpectedRate(state, slot));
  return least > 0.1 * state.mean && least > 0;
}
