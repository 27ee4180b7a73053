/**
 * What validation remembers of a meter: about 3 kB, whatever its history. Plain data, so that it can be stored as it is
 * and read back by another process.
 */
export interface MeterState {
  readonly stateVersion: number;

  // The clock.
  /** Start of the newest reading, Unix ms; -1 before the first. */
  newestMs: number;
  newestIntervalMs: number;
  /** Where in its interval a reading begins. */
  phaseMs: number;
  /** Readings in a row that began elsewhere, and since when. */
  offPhase: number;
  offPhaseFromMs: number;
  /** Where the gap begins that was told before its end was known; -1 for none. */
  toldGapMs: number;

  // The last readings, to know again what comes twice: a slot each, by interval.
  readonly ringTimes: Float64Array;
  readonly ringValues: Float64Array;
  readonly ringVerdicts: Uint8Array;

  // Repeated values.
  runValue: number;
  runRate: number;
  runFromMs: number;
  runLength: number;
  /** Readings of the run at hours when the profile expects use. */
  runActive: number;
  /** Whether the run has been found to be one. */
  runFound: boolean;
  /** Share of readings that repeat the one before, apart from runs found. */
  repeatShare: number;
  /** Share of readings that are zero, apart from runs found. */
  zeroShare: number;

  // The hour that is under way.
  hour: number;
  hourEnergy: number;
  hourCoveredMs: number;

  // The profile: by hour of the local week, Monday 00:00 first.
  readonly median: Float32Array;
  readonly spread: Float32Array;
  readonly weeks: Uint8Array;
  /** Logarithm of how far the meter is from its profile these days. */
  level: number;
  /** Mean rate. */
  mean: number;
  /** Mean deviation of an hour from the mean of its neighbours; by hour of the day, workdays first, then weekends. */
  readonly roughness: Float32Array;
  /** Mean deviation of an hour from what was expected of it, as a share of it, whatever the hour. */
  restShare: number;
  /** Hours learned. */
  hoursSeen: number;
  /** Set by detection while something is wrong that must not be learned as normal. */
  held: boolean;
  /** The shift of the level that is open, as a logarithm; set by detection, 0 for none. */
  shift: number;

  // The last two hours, as what was left of them after what was expected.
  lastHour: number;
  lastRest: number;
  beforeRest: number;
  beforeExpected: number;
  beforeRate: number;
  lastSlot: number;
  lastExpected: number;
  lastRate: number;
  /** The hour looked like a spike when it came. */
  lastDoubted: boolean;

  // A jump of units: which factor, since when, how sure.
  unitFactor: number;
  unitFromMs: number;
  unitHours: number;
  unitMisses: number;
  unitLogSum: number;
  unitFound: boolean;
}

/** Raised when the shape changes: an older state is rebuilt from stored readings. */
export const stateVersion = 1;

/** Readings that are known again when they come twice. */
export const ringSize = 64;

export const hoursOfWeek = 168;

export function createMeterState(): MeterState {
  return {
    stateVersion,
    newestMs: -1,
    newestIntervalMs: 0,
    phaseMs: -1,
    offPhase: 0,
    offPhaseFromMs: -1,
    toldGapMs: -1,
    ringTimes: new Float64Array(ringSize).fill(-1),
    ringValues: new Float64Array(ringSize),
    ringVerdicts: new Uint8Array(ringSize),
    runValue: Number.NaN,
    runRate: Number.NaN,
    runFromMs: -1,
    runLength: 0,
    runActive: 0,
    runFound: false,
    repeatShare: 0.02,
    zeroShare: 0.02,
    hour: -1,
    hourEnergy: 0,
    hourCoveredMs: 0,
    median: new Float32Array(hoursOfWeek),
    spread: new Float32Array(hoursOfWeek),
    weeks: new Uint8Array(hoursOfWeek),
    level: 0,
    mean: 0,
    roughness: new Float32Array(48),
    restShare: 0.1,
    hoursSeen: 0,
    held: false,
    shift: 0,
    lastHour: -1,
    lastRest: Number.NaN,
    beforeRest: Number.NaN,
    beforeExpected: Number.NaN,
    beforeRate: Number.NaN,
    lastSlot: -1,
    lastExpected: Number.NaN,
    lastRate: Number.NaN,
    lastDoubted: false,
    unitFactor: 0,
    unitFromMs: -1,
    unitHours: 0,
    unitMisses: 0,
    unitLogSum: 0,
    unitFound: false,
  };
}
