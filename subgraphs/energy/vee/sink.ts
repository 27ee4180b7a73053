import type { RuleNo, Verdict } from './rule-names.ts';

/** An hour that is complete, beside what was expected of it. Times in Unix ms, rates in the meter's unit per hour. */
export interface JudgedHour {
  readonly startMs: number;
  /** Hour of the local week. */
  readonly slot: number;
  readonly rate: number;
  /** NaN until the profile is warm. */
  readonly expected: number;
  /** What would be expected of a holiday or, on a weekend, of a workday. */
  readonly other: number;
  readonly sigma: number;
  /** A rule has found what is wrong with it: its values say nothing about use. */
  readonly faulty: boolean;
}

/** Something that a rule has found out, which lasts from one instant to another (excluded). */
export interface Finding {
  readonly rule: RuleNo;
  readonly fromMs: number;
  readonly toMs: number;
  /** It goes on: `toMs` is as far as is known. */
  readonly open: boolean;
  /** Mean rates. NaN where unknown. */
  readonly expected: number;
  readonly actual: number;
  /** How many robust deviations, or times, it is off; for the severity. */
  readonly strength: number;
}

/** What comes of judging a reading beside its own verdict. */
export interface Sink {
  /** Readings that were judged before are to be judged otherwise now; `toMs` is excluded. */
  rejudge(fromMs: number, toMs: number, verdict: Verdict, rule: RuleNo): void;
  finding(finding: Finding): void;
  hour(hour: JudgedHour): void;
}
