import type { Sum } from '../store/targets.ts';
import type { LocalDate } from '../time/local-date.ts';
import { rangeCoverage, type Scope } from './coverage.ts';

/** GraphQL's `PeriodTotal`. */
export interface PeriodTotal {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly total: number | null;
  readonly mean: number | null;
  readonly coverage: number;
}

export const toPeriodTotal = (scope: Scope, sum: Sum | null, dataEndMs: number | null): PeriodTotal => ({
  ...scope.range,
  total: sum?.sum ?? null,
  mean: sum?.mean ?? null,
  coverage: rangeCoverage(scope, sum?.coveredSeconds ?? 0, dataEndMs),
});

/** (now - before) / before, from mean rates; null when either is empty or `before` is 0. */
export const changeBetween = (before: PeriodTotal, now: PeriodTotal): number | null =>
  before.mean === null || before.mean === 0 || now.mean === null
    ? null
    : (now.mean - before.mean) / before.mean;
