import type { MeterState } from './meter-state.ts';
import {
  expectedRate,
  isWarm,
  learnHour,
  learnRoughness,
  otherExpectedRate,
  roughnessSlot,
  sigmaOf,
  sigmaOfMean,
} from './profile.ts';
import { rejudge } from './rejudge.ts';
import { RuleNo, Verdict } from './rule-names.ts';
import type { MeterRules } from './rules.ts';
import type { Sink } from './sink.ts';
import { judgeUnit } from './unit-jump.ts';
import { verdictNo } from './verdicts.ts';

const hourMs = 3_600_000;
/** How much of an hour's surprise is expected to be there in the next. */
const persistence = 0.8;
/** An hour that has only its past to stand out from must do so more. */
const withoutNext = 1.6;

/** Judges an hour by the profile, then learns it. `faulty`: a rule has found out already that it says nothing about use. */
export function judgeHour(
  state: MeterState,
  rules: MeterRules,
  startMs: number,
  slot: number,
  rate: number,
  faulty: boolean,
  sink: Sink,
): RuleNo {
  const contiguous = startMs === state.lastHour + hourMs;
  if (!contiguous) {
    state.lastRest = Number.NaN;
    state.beforeRest = Number.NaN;
    state.lastDoubted = false;
  }
  const warm = isWarm(state, slot);
  const expected = warm ? expectedRate(state, slot) : Number.NaN;
  const other = warm ? otherExpectedRate(state, slot) : Number.NaN;
  const sigma = sigmaOf(state, slot);
  let rule: RuleNo = RuleNo.none;
  if (warm && !faulty && expected > 0.05 * state.mean && rate > 0) {
    const ratio = rate / (expected * Math.exp(state.shift));
    const otherRatio = (ratio * expected) / Math.max(other, 0.02 * state.mean);
    rule = judgeUnit(state, rules, startMs, ratio, otherRatio, expected, sink);
  }
  const wrong = faulty || state.unitFound;
  if (warm && rules.spike.verdict !== 'OFF') {
    const doubt = judgeSpike(
      state,
      rules,
      startMs,
      slot,
      wrong ? Number.NaN : rate - expected,
      expected,
      sink,
    );
    if (rule === RuleNo.none) rule = doubt;
  }
  state.lastHour = startMs;
  state.beforeRest = state.lastRest;
  state.beforeExpected = state.lastExpected;
  state.beforeRate = state.lastRate;
  state.lastRest = wrong ? Number.NaN : rate - expected;
  state.lastSlot = slot;
  state.lastExpected = expected;
  state.lastRate = rate;
  state.lastDoubted = rule === RuleNo.spike;
  sink.hour({ startMs, slot, rate, expected, other, sigma, faulty: wrong });
  if (!wrong && !state.held && rule !== RuleNo.unitJump) learnHour(state, slot, rate);
  return rule;
}

/** Judges the hour before, now that both its neighbours are known, and doubts this one if it stands out already. */
function judgeSpike(
  state: MeterState,
  { spike }: MeterRules,
  startMs: number,
  slot: number,
  rest: number,
  expected: number,
  sink: Sink,
): RuleNo {
  const { lastRest, beforeRest, lastExpected, lastRate, lastSlot } = state;
  const deviation = lastRest - (beforeRest + rest) / 2;
  const verdict = verdictNo(spike.verdict);
  if (!Number.isNaN(deviation)) {
    // A ramp that comes an hour early is in the range of what is usual around: a spike is outside it.
    const factor = Math.exp(state.shift);
    const off =
      lastRate -
      Math.max(
        state.beforeRate,
        expected + rest,
        factor * Math.max(state.beforeExpected, lastExpected, expected),
      );
    const sigma = sigmaOfMean * (state.roughness[roughnessSlot(lastSlot)] as number);
    const stands =
      off > spike.sigmas * sigma &&
      off > spike.restSigmas * sigmaOfMean * state.restShare * state.mean &&
      off > spike.leastShare * lastExpected;
    if (stands && sigma > 0) {
      if (verdict !== Verdict.GOOD) rejudge(state, sink, startMs - hourMs, startMs, verdict, RuleNo.spike);
      sink.finding({
        rule: RuleNo.spike,
        fromMs: startMs - hourMs,
        toMs: startMs,
        open: false,
        expected: lastExpected + (beforeRest + rest) / 2,
        actual: lastRate,
        strength: off / sigma,
      });
    } else if (state.lastDoubted) rejudge(state, sink, startMs - hourMs, startMs, Verdict.GOOD, RuleNo.none);
    learnRoughness(state, lastSlot, Math.abs(deviation));
  }
  const surprise = rest - persistence * lastRest;
  const sigma = sigmaOfMean * (state.roughness[roughnessSlot(slot)] as number);
  const doubted =
    sigma > 0 &&
    surprise > withoutNext * spike.sigmas * sigma &&
    surprise > withoutNext * spike.leastShare * expected;
  return doubted ? RuleNo.spike : RuleNo.none;
}
