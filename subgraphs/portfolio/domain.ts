/** The words of the portfolio domain, as code and database share them. */
export const primaryUses = [
  'EDUCATION',
  'ASSEMBLY',
  'FOOD',
  'HEALTHCARE',
  'LODGING',
  'MANUFACTURING',
  'OFFICE',
  'OTHER',
  'PARKING',
  'PUBLIC_SERVICES',
  'RELIGIOUS',
  'RETAIL',
  'SERVICES',
  'TECHNOLOGY',
  'UTILITY',
  'WAREHOUSE',
  'UNKNOWN',
] as const;
export type PrimaryUse = (typeof primaryUses)[number];

export const buildingOrders = ['ID', 'NAME', 'FLOOR_AREA_DESC', 'YEAR_BUILT_DESC'] as const;
export type BuildingOrder = (typeof buildingOrders)[number];

/** Degrees, WGS 84. */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
}

/** What an importer must know of a site. */
export interface SiteFacts {
  readonly id: string;
  readonly name: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly location: Location | null;
}

/** What an importer may know of a building; null where its source is silent. */
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
