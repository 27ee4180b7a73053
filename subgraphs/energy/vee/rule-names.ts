/**
 * The rules of validation in the order of their numbers, from 1, as energy.vee_rule has them: a new one is added at the
 * end, none is ever taken away, for stored readings name them.
 */
export const ruleNames = [
  'range',
  'negative',
  'rate-of-change',
  'stuck',
  'zero-run',
  'spike',
  'gap',
  'duplicate',
  'late',
  'future',
  'clock-shift',
  'unit-jump',
] as const;
export type RuleName = (typeof ruleNames)[number];

/** Rules by name, as numbers; 0 is no rule. */
export const RuleNo = {
  none: 0,
  range: 1,
  negative: 2,
  rateOfChange: 3,
  stuck: 4,
  zeroRun: 5,
  spike: 6,
  gap: 7,
  duplicate: 8,
  late: 9,
  future: 10,
  clockShift: 11,
  unitJump: 12,
} as const;
export type RuleNo = (typeof RuleNo)[keyof typeof RuleNo];

export const ruleNameOf = (rule: number): RuleName | null => ruleNames[rule - 1] ?? null;

/** Verdicts of validation as numbers; ESTIMATED is not validation's to give. */
export const Verdict = { GOOD: 0, SUSPECT: 1, REJECTED: 2 } as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];
