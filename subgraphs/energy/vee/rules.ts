import type { MeterType } from '../domain.ts';

/** What a rule makes of a reading that breaks it: `OFF` does not look. */
export type RuleVerdict = 'OFF' | 'GOOD' | 'SUSPECT' | 'REJECTED';

/**
 * The rules of one meter. Rates are in the meter's unit per hour, whatever the interval. A rule of verdict `GOOD` marks
 * the reading with its name and leaves it good.
 */
export interface MeterRules {
  /** A rate outside what a meter of the type can measure. */
  readonly range: { readonly verdict: RuleVerdict; readonly leastRate: number; readonly mostRate: number };
  /** Meters count upwards. */
  readonly negative: { readonly verdict: RuleVerdict };
  /** A step from one reading to the next of more times the meter's mean rate than this. */
  readonly rateOfChange: { readonly verdict: RuleVerdict; readonly mostTimesMean: number };
  /** The same value, not zero, for this long; longer where the meter often repeats itself. */
  readonly stuck: {
    readonly verdict: RuleVerdict;
    readonly leastHours: number;
    readonly leastReadings: number;
  };
  /** Zeros for this long, while the profile expects use; longer where the meter often counts nothing. */
  readonly zeroRun: {
    readonly verdict: RuleVerdict;
    readonly leastHours: number;
    readonly leastReadings: number;
  };
  /** An hour that stands out above both its neighbours, and above what is usual round it, by more robust deviations than this. */
  readonly spike: {
    readonly verdict: RuleVerdict;
    readonly sigmas: number;
    /** And by more robust deviations of the meter from its profile than this. */
    readonly restSigmas: number;
    readonly leastShare: number;
  };
  /** No readings for this long. Nothing is there to be judged: it is only told. */
  readonly gap: { readonly verdict: Extract<RuleVerdict, 'OFF' | 'GOOD'>; readonly leastHours: number };
  /** The same (meter, time) comes again. It gets the verdict of the first. */
  readonly duplicate: {
    readonly verdict: Extract<RuleVerdict, 'OFF' | 'GOOD'>;
    readonly leastRepeats: number;
  };
  /** A reading that comes after newer ones, by more than this. */
  readonly late: { readonly verdict: RuleVerdict; readonly leastHours: number };
  /** A time ahead of the system's clock by more than this. */
  readonly future: { readonly verdict: RuleVerdict; readonly mostAheadSeconds: number };
  /** Times that have left the grid on which the meter's intervals begin, by more than this. */
  readonly clockShift: { readonly verdict: RuleVerdict; readonly leastSeconds: number };
  /** Values a known factor too high or too low: 1000 (Wh for kWh, ml for l), 3.412 (kBtu for kWh). */
  readonly unitJump: {
    readonly verdict: RuleVerdict;
    readonly factors: readonly number[];
    /** How far the mean ratio may be from a small factor (under 100), as a share. */
    readonly tolerance: number;
    readonly leastHours: number;
  };
}

/** Rules as an override writes them: what it leaves out is the type's. */
export type MeterRulesOverride = { readonly [R in keyof MeterRules]?: Partial<MeterRules[R]> };

const energy: MeterRules = {
  range: { verdict: 'SUSPECT', leastRate: 0, mostRate: 1e7 },
  negative: { verdict: 'REJECTED' },
  rateOfChange: { verdict: 'SUSPECT', mostTimesMean: 20 },
  stuck: { verdict: 'SUSPECT', leastHours: 5, leastReadings: 6 },
  zeroRun: { verdict: 'SUSPECT', leastHours: 3, leastReadings: 3 },
  spike: { verdict: 'SUSPECT', sigmas: 3.2, restSigmas: 2.1, leastShare: 0.05 },
  gap: { verdict: 'GOOD', leastHours: 2 },
  duplicate: { verdict: 'GOOD', leastRepeats: 2 },
  late: { verdict: 'GOOD', leastHours: 24 },
  future: { verdict: 'REJECTED', mostAheadSeconds: 3_600 },
  clockShift: { verdict: 'SUSPECT', leastSeconds: 120 },
  unitJump: { verdict: 'SUSPECT', factors: [1_000, 3.412], tolerance: 0.22, leastHours: 12 },
};

const onlyThousands: MeterRules['unitJump'] = { ...energy.unitJump, factors: [1_000] };
/** Heat is made in bursts: twice the deviation of electricity is usual. */
const bursty: MeterRules['spike'] = { ...energy.spike, sigmas: 6, restSigmas: 4, leastShare: 0.5 };
/** Their zeros are right for months, and come in any hour. */
const seasonal: Pick<MeterRules, 'zeroRun' | 'spike'> = {
  zeroRun: { ...energy.zeroRun, leastHours: 6, leastReadings: 6 },
  spike: bursty,
};

/** The sane defaults: what applies to a meter of which nothing else was said. */
export const defaultRules: Readonly<Record<MeterType, MeterRules>> = {
  ELECTRICITY: energy,
  CHILLED_WATER: { ...energy, ...seasonal },
  STEAM: { ...energy, ...seasonal },
  HOT_WATER: { ...energy, ...seasonal },
  GAS: { ...energy, ...seasonal },
  WATER: {
    ...energy,
    ...seasonal,
    range: { verdict: 'SUSPECT', leastRate: 0, mostRate: 1e9 },
    unitJump: onlyThousands,
  },
  // It runs when somebody opens it: neither its zeros nor its bursts mean anything.
  IRRIGATION: {
    ...energy,
    range: { verdict: 'SUSPECT', leastRate: 0, mostRate: 1e9 },
    rateOfChange: { verdict: 'OFF', mostTimesMean: 0 },
    zeroRun: { ...energy.zeroRun, verdict: 'OFF' },
    spike: { ...energy.spike, verdict: 'OFF' },
    unitJump: { ...onlyThousands, leastHours: 12 },
  },
  // Clouds make spikes and nights make zeros.
  SOLAR: {
    ...energy,
    rateOfChange: { verdict: 'OFF', mostTimesMean: 0 },
    zeroRun: { ...energy.zeroRun, leastHours: 6, leastReadings: 6 },
    spike: { ...energy.spike, verdict: 'OFF' },
  },
};

/** Raised with every change of a default or of what a rule means: kept with what was judged by it. */
export const rulesVersion = 1;

/** The type's rules, with what an override says in their place. */
export function rulesOf(type: MeterType, override: MeterRulesOverride | null = null): MeterRules {
  const rules = defaultRules[type];
  if (override === null) return rules;
  return {
    range: { ...rules.range, ...override.range },
    negative: { ...rules.negative, ...override.negative },
    rateOfChange: { ...rules.rateOfChange, ...override.rateOfChange },
    stuck: { ...rules.stuck, ...override.stuck },
    zeroRun: { ...rules.zeroRun, ...override.zeroRun },
    spike: { ...rules.spike, ...override.spike },
    gap: { ...rules.gap, ...override.gap },
    duplicate: { ...rules.duplicate, ...override.duplicate },
    late: { ...rules.late, ...override.late },
    future: { ...rules.future, ...override.future },
    clockShift: { ...rules.clockShift, ...override.clockShift },
    unitJump: { ...rules.unitJump, ...override.unitJump },
  };
}
