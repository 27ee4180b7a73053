/** How detection decides: data, tuned on real meters (docs/data-quality.md says which). */
export interface DetectionSettings {
  readonly levelShift: {
    /** Window that must be off, in hours; 96 at most. */
    readonly hours: number;
    /** Least shift that is told, as a logarithm: 0.22 is 25 % up or 20 % down. */
    readonly leastLog: number;
    /** And least in deviations of the meter's days. */
    readonly sigmas: number;
    /** Share of the window's hours that are off to that side by half the least shift. */
    readonly leastShare: number;
    readonly learnedAfterDays: number;
  };
  readonly deviation: {
    /** Hours of the last 24 that are far off before it is told. */
    readonly hours: number;
    readonly sigmas: number;
    /** And by this share of what was expected. */
    readonly leastShare: number;
    /** Hours without one that end it. */
    readonly calmHours: number;
  };
  readonly duplicates: { readonly withinHours: number };
  /** Two of a kind that are nearer than this are one. */
  readonly mergeHours: number;
}

export const detectionSettings: DetectionSettings = {
  levelShift: { hours: 90, leastLog: 0.22, sigmas: 1.7, leastShare: 0.85, learnedAfterDays: 28 },
  deviation: { hours: 8, sigmas: 6, leastShare: 0.5, calmHours: 24 },
  duplicates: { withinHours: 12 },
  mergeHours: 12,
};
