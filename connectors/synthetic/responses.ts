import type { MeterType } from '../facts.ts';
import type { PlannedBuilding } from './portfolio-plan.ts';

/**
 * How a meter answers occupancy (0 to 1) and outdoor temperature:
 * base + occupied x occupancy + degrees above `coolAboveC` x cooling + degrees below `heatBelowC` x heating,
 * where a part of cooling and heating (`...Empty`) runs in an empty building and a part (`...Full`) comes with its people.
 */
export interface Response {
  readonly base: number;
  readonly occupied: number;
  readonly coolAboveC: number;
  readonly coolingEmpty: number;
  readonly coolingFull: number;
  readonly heatBelowC: number;
  readonly heatingEmpty: number;
  readonly heatingFull: number;
  /** Energy (kWh) or water (l) per square metre and year, in a temperate climate. */
  readonly perSqmYear: number;
  /** Deviation of whole days, and of single hours, as shares of the value. */
  readonly dayNoise: number;
  readonly hourNoise: number;
}

type Load = Exclude<MeterType, 'IRRIGATION' | 'SOLAR'>;

const flat = {
  base: 0,
  occupied: 0,
  coolAboveC: 16,
  coolingEmpty: 0,
  coolingFull: 0,
  heatBelowC: 15,
  heatingEmpty: 0,
  heatingFull: 0,
  dayNoise: 0.045,
  hourNoise: 0.03,
} satisfies Partial<Response>;

/** What a meter of a type is like in a building. */
export function responseOf(type: Load, { use, meterTypes }: PlannedBuilding): Response {
  const sleepless = use.baseShare >= 0.6;
  switch (type) {
    case 'ELECTRICITY': {
      const chilled = meterTypes.includes('CHILLED_WATER');
      const heated = meterTypes.some(
        (other) => other === 'STEAM' || other === 'HOT_WATER' || other === 'GAS',
      );
      return {
        ...flat,
        base: use.baseShare,
        occupied: 1 - use.baseShare,
        // Compressors in the building, or a central plant's chilled water and only fans here.
        coolingEmpty: chilled ? 0.001 : 0.007,
        coolingFull: chilled ? 0.006 : 0.028,
        heatingEmpty: heated ? 0.001 : 0.018,
        heatingFull: heated ? 0.002 : 0.014,
        perSqmYear: use.electricity,
      };
    }
    case 'CHILLED_WATER':
      return {
        ...flat,
        base: sleepless ? 0.3 : 0.02,
        occupied: 0.02,
        coolAboveC: 13,
        coolingEmpty: 0.03,
        coolingFull: 0.06,
        perSqmYear: use.cooling,
      };
    case 'STEAM':
    case 'HOT_WATER':
      return {
        ...flat,
        base: sleepless ? 0.15 : 0.03,
        occupied: 0.08,
        heatingEmpty: 0.035,
        heatingFull: 0.025,
        perSqmYear: use.heating,
      };
    case 'GAS': {
      const kitchen = use.primaryUse === 'FOOD' ? 1 : 0.1;
      return {
        ...flat,
        base: 0.02,
        occupied: kitchen,
        heatingEmpty: 0.035,
        heatingFull: 0.02,
        perSqmYear: use.heating,
      };
    }
    case 'WATER':
      return {
        ...flat,
        base: 0.05,
        occupied: 0.95,
        coolAboveC: 18,
        coolingFull: 0.012,
        hourNoise: 0.12,
        perSqmYear: use.water,
      };
  }
}

/** Mean occupancy and mean degrees of a temperate year: what `perSqmYear` is meant for. */
const temperate = { occupancy: 0.35, coolDegrees: 4, heatDegrees: 6.5 };

/** The response's mean over a temperate year, before it is scaled. */
export function temperateMean(response: Response): number {
  const { occupancy, coolDegrees, heatDegrees } = temperate;
  return (
    response.base +
    response.occupied * occupancy +
    coolDegrees * (response.coolingEmpty + response.coolingFull * occupancy) +
    heatDegrees * (response.heatingEmpty + response.heatingFull * occupancy)
  );
}
