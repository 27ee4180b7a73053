import type { EnergyMeter } from '../store/buildings.ts';

/** What a change of readings must know of their meter. */
export type RevisedMeter = Pick<
  EnergyMeter,
  'meterNo' | 'id' | 'buildingId' | 'type' | 'timeZone' | 'intervalSeconds'
>;
