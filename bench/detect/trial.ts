import type { Anomaly } from '../../subgraphs/energy/anomalies/detector-state.ts';
import { inject } from './inject.ts';
import type { RealMeter } from './read-meters.ts';
import { realFaults, realShifts, realSpikes } from './real-faults.ts';
import { replay } from './replay.ts';
import { falseAlarms, type KindScore, type RealFaults, score } from './score.ts';

/** The meters of the real sample on which thresholds were tuned, with the seeds 1, 2 and 3: every second of Fox and Robin. */
const tuned = new Set(
  [
    ...['Fox_assembly_Audrey', 'Fox_assembly_Tony', 'Fox_education_Claire', 'Fox_education_Ollie'],
    ...['Fox_education_Yolande', 'Fox_lodging_Stephen', 'Fox_office_Edythe', 'Fox_office_Thelma'],
    ...['Robin_education_Derick', 'Robin_education_Julius', 'Robin_education_Lizbeth'],
    ...['Robin_education_Terrance', 'Robin_lodging_Dorthy', 'Robin_lodging_Janie', 'Robin_lodging_Renea'],
    ...['Robin_office_Antonina', 'Robin_office_Serena'],
  ].map((building) => `${building}:electricity`),
);
export const tunedOn = (meterId: string): boolean => tuned.has(meterId);

export interface Trial {
  readonly meterMonths: number;
  readonly kinds: readonly KindScore[];
  /** Alarms on the data as they are: all of them, and those where nothing is really wrong. */
  readonly raw: readonly Anomaly[];
  readonly untrue: readonly Anomaly[];
}

const hoursOfMonth = 730.5;

/** Replays each meter as it is, and with faults, once for each seed. */
export function trial(meters: readonly RealMeter[], seeds: readonly number[]): Trial {
  const known = meters.map((meter) => ({
    meter,
    real: realOf(meter),
    alarms: replay(asItIs(meter), meter.timeZone),
  }));
  const scored = seeds.flatMap((seed) =>
    known.map(({ meter, real }) => {
      const { faults, sent } = inject(meter, [...real.any, ...real.shifts], seed);
      return { faults, real, alarms: replay(sent, meter.timeZone) };
    }),
  );
  return {
    meterMonths: meters.reduce((sum, { values }) => sum + values.length, 0) / hoursOfMonth,
    kinds: score(scored),
    raw: known.flatMap(({ alarms }) => alarms),
    untrue: known.flatMap(({ alarms, real }) => falseAlarms(alarms, real)),
  };
}

const realOf = (meter: RealMeter): RealFaults => ({
  any: realFaults(meter),
  spikes: realSpikes(meter),
  shifts: realShifts(meter),
});

export const asItIs = ({ timesMs, values }: RealMeter) =>
  Array.from(timesMs, (timeMs, index) => ({ timeMs, value: values[index] as number }));
