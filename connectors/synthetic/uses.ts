import type { MeterType, PrimaryUse } from '../facts.ts';
import { type Schedule, schedules } from './schedules.ts';

/** What a building of a use is like. Counts, areas and their spread are BDG2's own; intensities are usual ones of the trade. */
export interface Use {
  readonly primaryUse: PrimaryUse;
  /** The word in BDG2's building ids. */
  readonly word: string;
  /** Buildings of this use among BDG2's 1,615 whose use is stated. */
  readonly bdg2Count: number;
  readonly subUses: readonly string[];
  readonly medianSqm: number;
  /** Deviation of the logarithm of the floor area. */
  readonly spread: number;
  readonly schedule: Schedule;
  /** Share of the electric load that never sleeps. */
  readonly baseShare: number;
  /** kWh per square metre and year in a temperate climate. */
  readonly electricity: number;
  readonly cooling: number;
  readonly heating: number;
  /** Litres per square metre and year. */
  readonly water: number;
  /** Square metres per person. */
  readonly sqmPerPerson: number;
}

const use = (
  [primaryUse, word, bdg2Count]: readonly [PrimaryUse, string, number],
  [medianSqm, spread]: readonly [number, number],
  [electricity, cooling, heating, water]: readonly [number, number, number, number],
  [schedule, baseShare, sqmPerPerson]: readonly [Schedule, number, number],
  subUses: readonly string[],
): Use => ({
  primaryUse,
  word,
  bdg2Count,
  medianSqm,
  spread,
  electricity,
  cooling,
  heating,
  water,
  schedule,
  baseShare,
  sqmPerPerson,
  subUses,
});

const { office, campus, dwelling, assembly, service, always, kitchen, shop, worship, depot, carPark } =
  schedules;

export const uses: readonly Use[] = [
  use(
    ['EDUCATION', 'education', 617],
    [6989, 0.9],
    [130, 110, 110, 600],
    [campus, 0.42, 18],
    ['College Classroom', 'College Laboratory', 'Academic'],
  ),
  use(['OFFICE', 'office', 307], [4802, 0.9], [150, 90, 80, 500], [office, 0.35, 20], ['Office']),
  use(
    ['ASSEMBLY', 'assembly', 204],
    [2447, 1],
    [120, 80, 100, 500],
    [assembly, 0.3, 25],
    ['Gymnasium', 'Community Center', 'Other - Recreation'],
  ),
  use(
    ['LODGING', 'lodging', 168],
    [4885, 0.9],
    [100, 60, 130, 1400],
    [dwelling, 0.4, 30],
    ['Dormitory', 'Residence Hall', 'Housing'],
  ),
  use(
    ['PUBLIC_SERVICES', 'public', 166],
    [2025, 0.9],
    [130, 70, 110, 500],
    [service, 0.38, 30],
    ['Library', 'Fire Station', 'Police Station'],
  ),
  use(
    ['HEALTHCARE', 'health', 29],
    [6916, 0.9],
    [280, 180, 220, 1600],
    [always, 0.6, 25],
    ['Hospital', 'Patient Care'],
  ),
  use(
    ['OTHER', 'other', 29],
    [889, 0.9],
    [110, 50, 90, 400],
    [service, 0.35, 40],
    ['Other', 'Animal Shelter'],
  ),
  use(
    ['PARKING', 'parking', 24],
    [20_000, 0.7],
    [35, 5, 5, 40],
    [carPark, 0.5, 600],
    ['Parking Garage', 'Parking: Enclosed Garage'],
  ),
  use(
    ['WAREHOUSE', 'warehouse', 15],
    [1771, 0.9],
    [60, 20, 50, 100],
    [depot, 0.4, 120],
    ['Non-Refrigerated Warehouse'],
  ),
  use(
    ['MANUFACTURING', 'industrial', 13],
    [1216, 0.9],
    [250, 60, 150, 800],
    [depot, 0.3, 60],
    ['Greenhouse', 'Manufacturing Facility'],
  ),
  use(['RETAIL', 'retail', 12], [2124, 0.9], [180, 70, 70, 300], [shop, 0.3, 25], ['Retail Store']),
  use(
    ['SERVICES', 'services', 11],
    [7291, 0.9],
    [110, 40, 110, 400],
    [depot, 0.35, 60],
    ['Maintenance Repair Shop'],
  ),
  use(
    ['TECHNOLOGY', 'science', 7],
    [5584, 0.7],
    [450, 300, 120, 900],
    [always, 0.8, 40],
    ['Lab Building', 'Data Centre'],
  ),
  use(['FOOD', 'food', 6], [3181, 0.4], [400, 110, 250, 3000], [kitchen, 0.3, 8], ['Restaurant', 'Dining']),
  use(['UTILITY', 'utility', 4], [2107, 0.9], [300, 40, 60, 300], [always, 0.75, 200], ['Central Plant']),
  use(['RELIGIOUS', 'religion', 3], [929, 0.9], [60, 30, 90, 150], [worship, 0.3, 12], ['Worship Facility']),
];

/** Meters of each type that BDG2 has: what a synthetic portfolio's mix is taken from. */
export const bdg2Meters: readonly (readonly [MeterType, number])[] = [
  ['ELECTRICITY', 1578],
  ['CHILLED_WATER', 555],
  ['STEAM', 370],
  ['HOT_WATER', 185],
  ['GAS', 177],
  ['WATER', 146],
  ['IRRIGATION', 37],
  ['SOLAR', 5],
];

/** Share of BDG2's buildings that have an electricity meter. */
export const electricityShare = 1578 / 1636;
