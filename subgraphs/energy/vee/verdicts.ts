import { Verdict } from './rule-names.ts';
import type { RuleVerdict } from './rules.ts';

export function verdictNo(verdict: RuleVerdict): Verdict {
  switch (verdict) {
    case 'REJECTED':
      return Verdict.REJECTED;
    case 'SUSPECT':
      return Verdict.SUSPECT;
    case 'GOOD':
    case 'OFF':
      return Verdict.GOOD;
  }
}
