/** What a source knows of sites, buildings and meters, in the words of the graph (`subgraphs/portfolio/schema.graphql`). */

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

export type PrimaryUse =
  | 'EDUCATION'
  | 'ASSEMBLY'
  | 'FOOD'
  | 'HEALTHCARE'
  | 'LODGING'
  | 'MANUFACTURING'
  | 'OFFICE'
  | 'OTHER'
  | 'PARKING'
  | 'PUBLIC_SERVICES'
  | 'RELIGIOUS'
  | 'RETAIL'
  | 'SERVICES'
  | 'TECHNOLOGY'
  | 'UTILITY'
  | 'WAREHOUSE'
  | 'UNKNOWN';

/** Degrees, WGS 84. */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
}

export interface SiteFacts {
  readonly id: string;
  readonly name: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly location: Location | null;
}

export interface BuildingFacts {
  readonly id: string;
  readonly siteId: string;
  readonly name: string;
  readonly primaryUse: PrimaryUse;
  readonly subUse: string | null;
  readonly floorAreaSqm: number | null;
  /** IANA name. */
  readonly timeZone: string;
  readonly location: Location | null;
  readonly yearBuilt: number | null;
  readonly floors: number | null;
  readonly occupants: number | null;
  /** 1 to 100. */
  readonly energyStarScore: number | null;
  /** kWh per square metre and year. */
  readonly publishedSiteEui: number | null;
  readonly heatingType: string | null;
  readonly industry: string | null;
  readonly subIndustry: string | null;
  readonly leedLevel: string | null;
}

export interface MeterFacts {
  readonly id: string;
  readonly buildingId: string;
  readonly type: MeterType;
  readonly intervalSeconds: number;
}

/** `<building id>:<meter type in lower case without underscore>`, for example `Fox_office_Thelma:electricity`. */
export function meterIdOf(buildingId: string, type: MeterType): string {
  return `${buildingId}:${type.toLowerCase().replaceAll('_', '')}`;
}
