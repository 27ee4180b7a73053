import type { MeterType } from '../facts.ts';
import type { PlannedBuilding } from './portfolio-plan.ts';
import { between, hashText, mix, normal } from './random.ts';
import { responseOf, temperateMean } from './responses.ts';
import type { SiteMonth, SiteMonths } from './site-months.ts';

/** A healthy meter: what it counts in any hour, as a pure function of seed, meter and hour. */
export interface MeterModel {
  /** Roughly what an hour of a temperate year has. */
  readonly typicalHour: number;
  /**
   * kWh or litres of the hours `fromHour` to `toHour` (since 1970, UTC). With `leastOccupancy` the building
   * is never emptier than that: plant that runs on through the night.
   */
  hours(fromHour: number, toHour: number, leastOccupancy?: number): Float64Array;
}

export interface MeterModelOptions {
  readonly seed: number;
  readonly meterId: string;
  readonly type: MeterType;
  readonly building: PlannedBuilding;
  readonly months: SiteMonths;
}

/** Writes the hours `fromHour` to `toHour`, all of one month, into `out` from `at` on. */
type Fill = (
  month: SiteMonth,
  fromHour: number,
  toHour: number,
  out: Float64Array,
  at: number,
  leastOccupancy: number,
) => void;

const { round, max } = Math;
const hoursOfYear = 8766;
/** Meters count in steps: a ten-thousandth here. */
const perStep = 10_000;

export function createMeterModel(options: MeterModelOptions): MeterModel {
  const { typicalHour, fill } = shapeOf(options);
  return {
    typicalHour,
    hours(fromHour, toHour, leastOccupancy = 0) {
      const out = new Float64Array(toHour - fromHour);
      for (let hour = fromHour; hour < toHour; ) {
        const month = options.months.monthOf(hour);
        const end = Math.min(toHour, month.endHour);
        fill(month, hour, end, out, hour - fromHour, leastOccupancy);
        hour = end;
      }
      return out;
    },
  };
}

interface Shape {
  readonly typicalHour: number;
  readonly fill: Fill;
}

function shapeOf(options: MeterModelOptions): Shape {
  const { type, building, seed, meterId } = options;
  switch (type) {
    case 'IRRIGATION': {
      // 3 litres an hour on each square metre of garden, which is 40 % of the floor area.
      const litresAnHour = building.floorAreaSqm * 0.4 * 3;
      return {
        typicalHour: litresAnHour / 24,
        fill: weatherDriven((month) => month.watering, litresAnHour, hashText(seed, meterId)),
      };
    }
    case 'SOLAR': {
      const peakKw = Math.min(1500, Math.max(20, building.floorAreaSqm * 0.03));
      return {
        typicalHour: peakKw * 0.15,
        fill: weatherDriven((month) => month.sunlight, peakKw, hashText(seed, meterId)),
      };
    }
    case 'ELECTRICITY':
    case 'CHILLED_WATER':
    case 'STEAM':
    case 'HOT_WATER':
    case 'GAS':
    case 'WATER':
      return load(type, options);
  }
}

function weatherDriven(driver: (month: SiteMonth) => Float64Array, scale: number, hash: number): Fill {
  return (month, fromHour, toHour, out, at) => {
    const drive = driver(month);
    for (let hour = fromHour; hour < toHour; hour += 1) {
      const value = scale * (drive[hour - month.startHour] as number) * (1 + 0.02 * normal(mix(hash, hour)));
      out[at + hour - fromHour] = round(value * perStep) / perStep;
    }
  };
}

function load(
  type: Exclude<MeterType, 'IRRIGATION' | 'SOLAR'>,
  { seed, meterId, building }: MeterModelOptions,
): Shape {
  const response = responseOf(type, building);
  const hash = hashText(seed, meterId);
  const dayHash = mix(hash, 1);
  const own = Math.exp(0.28 * normal(mix(hash, 2)));
  const typicalHour = (own * response.perSqmYear * building.floorAreaSqm) / hoursOfYear;
  const scale = typicalHour / temperateMean(response);
  const occupancyAt = ownSchedule(building, seed);
  const { base, occupied, coolingEmpty, coolingFull, heatingEmpty, heatingFull, dayNoise, hourNoise } =
    response;
  const coolAboveC = response.coolAboveC + between(mix(hash, 3), -1.5, 1.5);
  const heatBelowC = response.heatBelowC + between(mix(hash, 4), -1.5, 1.5);

  const fill: Fill = (month, fromHour, toHour, out, at, leastOccupancy) => {
    const { temperatureC, slot, day, startHour } = month;
    let today = Number.NaN;
    let dayFactor = 1;
    for (let hour = fromHour; hour < toHour; hour += 1) {
      const index = hour - startHour;
      const localDay = day[index] as number;
      if (localDay !== today) {
        today = localDay;
        dayFactor = scale * (1 + dayNoise * normal(mix(dayHash, localDay)));
      }
      const scheduled = occupancyAt[slot[index] as number] as number;
      const occupancy = max(scheduled, leastOccupancy);
      const warm = (temperatureC[index] as number) - coolAboveC;
      const cold = heatBelowC - (temperatureC[index] as number);
      let level = base + occupied * occupancy;
      if (warm > 0) level += warm * (coolingEmpty + coolingFull * occupancy);
      if (cold > 0) level += cold * (heatingEmpty + heatingFull * occupancy);
      const value = level * dayFactor * (1 + hourNoise * normal(mix(hash, hour)));
      out[at + hour - fromHour] = round(value * perStep) / perStep;
    }
  };
  return { typicalHour, fill };
}

/** The use's schedule, up to an hour earlier or later and a little more or less full: each building has its own habits. */
function ownSchedule({ facts, use }: PlannedBuilding, seed: number): Float64Array {
  const hash = hashText(seed, `${facts.id} habits`);
  const shift = 1 - (Math.abs(hash) % 3);
  const fullness = between(mix(hash, 1), 0.85, 1.1);
  return use.schedule.occupancy.map((_, index, all) => {
    const hour = (index % 24) + shift;
    const dayStart = index - (index % 24);
    return Math.min(1, fullness * (all[dayStart + ((hour + 24) % 24)] as number));
  });
}
