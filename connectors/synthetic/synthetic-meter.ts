import type { MeterFacts } from '../facts.ts';
import { createMeterFaults, type MeterFaults } from './faults.ts';
import { createMeterModel, type MeterModel } from './meter-model.ts';
import type { PlannedBuilding } from './portfolio-plan.ts';
import type { SiteMonths } from './site-months.ts';

export interface SyntheticMeter {
  readonly facts: MeterFacts;
  /** What a healthy meter would count. */
  readonly model: MeterModel;
  /** What this one reports. */
  readonly faults: MeterFaults;
}

/** The meters of a building. */
export function createSyntheticMeters(
  seed: number,
  building: PlannedBuilding,
  months: SiteMonths,
): readonly SyntheticMeter[] {
  return building.meters.map((facts) => {
    const model = createMeterModel({ seed, meterId: facts.id, type: facts.type, building, months });
    return { facts, model, faults: createMeterFaults({ seed, meterId: facts.id, type: facts.type, model }) };
  });
}
