import type { EstimationSettings } from './estimate-gap.ts';

/** What the first row of energy.estimation_setting says; measured by `npm run bench:estimation`. */
export const defaultEstimation: EstimationSettings = {
  interpolateUpToMs: 2 * 3_600_000,
  wanted: 4,
  needed: 3,
  weeks: 8,
};
