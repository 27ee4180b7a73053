import { type MeterState, ringSize } from './meter-state.ts';
import type { RuleNo, Verdict } from './rule-names.ts';
import type { Sink } from './sink.ts';

/** A verdict and its rule in one number, so that judging makes no garbage. */
export type Judgement = number;
export const verdictIn = (judgement: Judgement): Verdict => (judgement & 3) as Verdict;
export const ruleIn = (judgement: Judgement): RuleNo => (judgement >> 2) as RuleNo;
export const judgementOf = (verdict: Verdict, rule: RuleNo): Judgement => verdict | (rule << 2);

/** Judges earlier readings anew, from `fromMs` to `toMs` (excluded): those stored, and those that may come twice. */
export function rejudge(
  state: MeterState,
  sink: Sink,
  fromMs: number,
  toMs: number,
  verdict: Verdict,
  rule: RuleNo,
): void {
  for (let place = 0; place < ringSize; place += 1) {
    const time = state.ringTimes[place] as number;
    if (time >= fromMs && time < toMs) state.ringVerdicts[place] = judgementOf(verdict, rule);
  }
  sink.rejudge(fromMs, toMs, verdict, rule);
}
