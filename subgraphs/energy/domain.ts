/** The words of the energy domain, as code and database share them. */
export const meterTypes = [
  'ELECTRICITY',
  'CHILLED_WATER',
  'STEAM',
  'HOT_WATER',
  'GAS',
  'WATER',
  'IRRIGATION',
  'SOLAR',
] as const;
export type MeterType = (typeof meterTypes)[number];

export const units = ['KILOWATT_HOUR', 'LITRE'] as const;
export type Unit = (typeof units)[number];

/** What a meter of a type counts. BDG2 gives energy in kWh; water and irrigation in litres. */
export function unitOf(type: MeterType): Unit {
  return type === 'WATER' || type === 'IRRIGATION' ? 'LITRE' : 'KILOWATT_HOUR';
}

/** VEE verdicts in the order of their codes in `energy.reading.quality`. */
export const qualities = ['GOOD', 'SUSPECT', 'ESTIMATED'] as const;
export type Quality = (typeof qualities)[number];

declare const brand: unique symbol;
export type Branded<T, B extends string> = T & { readonly [brand]: B };
/** `<building id>:<meter type in lower case without underscore>`, for example `Fox_office_Thelma:electricity`. */
export type MeterId = Branded<string, 'MeterId'>;
export type BuildingId = Branded<string, 'BuildingId'>;

export function meterId(building: string, type: MeterType): MeterId {
  return `${building}:${type.toLowerCase().replaceAll('_', '')}` as MeterId;
}

/** A meter's readings in time order, as columns: what importers, generators and field connectors hand over. */
export interface MeterSeries {
  readonly meterId: string;
  /** Starts of the intervals, Unix milliseconds, ascending. */
  readonly timesMs: Float64Array;
  /** Energy or water of each interval, in the meter's unit. */
  readonly values: Float64Array;
  /** Seconds that each reading covers. */
  readonly intervalSeconds: number;
}

/** What energy must know of a building: a copy of portfolio's facts, brought by whoever registers the building. */
export interface BuildingFacts {
  readonly id: string;
  readonly siteId: string;
  readonly timeZone: string;
  readonly floorAreaSqm: number | null;
  readonly primaryUse: string;
}

export interface MeterFacts {
  readonly id: string;
  readonly buildingId: string;
  readonly type: MeterType;
  readonly intervalSeconds: number;
}
