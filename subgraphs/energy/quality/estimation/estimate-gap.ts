import type { Basis, Estimate, Gap } from './basis.ts';
import { interpolate } from './interpolate.ts';
import { fromLikeDays, type LikeDaysOptions } from './like-days.ts';

/** How a gap is filled; the name of the rule that an estimated reading carries. */
export const estimationMethods = ['estimate-interpolated', 'estimate-like-days'] as const;
export type EstimationMethod = (typeof estimationMethods)[number];

/** Kept as data (energy.estimation_setting), for all meters or by meter type. */
export interface EstimationSettings extends LikeDaysOptions {
  /** Gaps up to this long are interpolated, longer ones are filled from like days. */
  readonly interpolateUpToMs: number;
}

export interface EstimatedGap {
  readonly method: EstimationMethod;
  readonly values: Estimate;
}

/**
 * By the trade's rules: a short gap lies on the line between its neighbours, a longer one takes after like days; a short
 * one whose neighbours can't be trusted does too. Null when there is too little to go by: no estimate beats a guess.
 */
export function estimateGap(basis: Basis, gap: Gap, settings: EstimationSettings): EstimatedGap | null {
  if (gap.toMs - gap.fromMs <= settings.interpolateUpToMs) {
    const values = interpolate(basis, gap);
    if (values !== null) return { method: 'estimate-interpolated', values };
  }
  const values = fromLikeDays(basis, gap, settings);
  return values === null ? null : { method: 'estimate-like-days', values };
}
