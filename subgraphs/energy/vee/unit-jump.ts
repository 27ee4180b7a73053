import type { MeterState } from './meter-state.ts';
import { rejudge } from './rejudge.ts';
import { RuleNo, Verdict } from './rule-names.ts';
import type { MeterRules } from './rules.ts';
import type { Sink } from './sink.ts';
import { verdictNo } from './verdicts.ts';

const hourMs = 3_600_000;
/** Of a thousand nothing but a wrong unit comes: two hours tell, and how near it is matters little. */
const bigFactor = 100;
const hoursOfBig = 2;
const looseness = { big: Math.log(4), small: 0.4 } as const;

/**
 * The rule that an hour breaks which is a known factor off, up or down. `ratio` is of the hour to what was expected,
 * `otherRatio` to what would be of the other kind of day: a holiday is no other unit.
 */
export function judgeUnit(
  state: MeterState,
  { unitJump }: MeterRules,
  startMs: number,
  ratio: number,
  otherRatio: number,
  expected: number,
  sink: Sink,
): RuleNo {
  if (unitJump.verdict === 'OFF') return RuleNo.none;
  const log = Math.log(ratio);
  const factor = state.unitFactor;
  if (factor !== 0) {
    const logOfFactor = Math.log(factor);
    const isBig = Math.abs(logOfFactor) > Math.log(bigFactor);
    const isOtherDay = Math.log(otherRatio) / logOfFactor < 0.5;
    if (!isOtherDay && Math.abs(log - logOfFactor) < (isBig ? looseness.big : looseness.small)) {
      state.unitHours += 1;
      state.unitLogSum += log;
      const least = isBig ? hoursOfBig : unitJump.leastHours;
      const near =
        isBig || Math.abs(state.unitLogSum / state.unitHours - logOfFactor) < Math.log1p(unitJump.tolerance);
      if (!state.unitFound && state.unitHours >= least && near) {
        state.unitFound = true;
        const verdict = verdictNo(unitJump.verdict);
        if (verdict !== Verdict.GOOD)
          rejudge(state, sink, state.unitFromMs, startMs, verdict, RuleNo.unitJump);
      }
      if (state.unitFound) tellUnit(state, startMs + hourMs, true, expected, expected * ratio, sink);
      return state.unitFound || isBig ? RuleNo.unitJump : RuleNo.none;
    }
    state.unitMisses += 1;
    const isBack = isOtherDay || Math.abs(log) < Math.abs(logOfFactor) / 2;
    if (!isBack && state.unitMisses <= 1 + state.unitHours / 4)
      return state.unitFound ? RuleNo.unitJump : RuleNo.none;
    endUnit(state, startMs, sink);
  }
  for (const known of unitJump.factors) {
    const logOfKnown = Math.log(known);
    const loose = known > bigFactor ? looseness.big : looseness.small;
    if (Math.abs(Math.abs(log) - logOfKnown) >= loose) continue;
    if (Math.log(otherRatio) / log < 0.5) continue;
    state.unitFactor = log > 0 ? known : 1 / known;
    state.unitFromMs = startMs;
    state.unitHours = 1;
    state.unitMisses = 0;
    state.unitLogSum = log;
    return known > bigFactor ? RuleNo.unitJump : RuleNo.none;
  }
  return RuleNo.none;
}

/** The values are right again, or nothing can be said any more. */
export function endUnit(state: MeterState, toMs: number, sink: Sink): void {
  if (state.unitFound) tellUnit(state, toMs, false, Number.NaN, Number.NaN, sink);
  state.unitFactor = 0;
  state.unitFound = false;
}

function tellUnit(
  state: MeterState,
  toMs: number,
  open: boolean,
  expected: number,
  actual: number,
  sink: Sink,
): void {
  const { unitFactor, unitFromMs: fromMs } = state;
  sink.finding({ rule: RuleNo.unitJump, fromMs, toMs, open, expected, actual, strength: unitFactor });
}
