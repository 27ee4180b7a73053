import { IANAZone } from 'luxon';
import type { PrimaryUse } from '../facts.ts';

const primaryUses: ReadonlyMap<string, PrimaryUse> = new Map([
  ['education', 'EDUCATION'],
  ['entertainment/public assembly', 'ASSEMBLY'],
  ['food sales and service', 'FOOD'],
  ['healthcare', 'HEALTHCARE'],
  ['lodging/residential', 'LODGING'],
  ['manufacturing/industrial', 'MANUFACTURING'],
  ['office', 'OFFICE'],
  ['other', 'OTHER'],
  ['parking', 'PARKING'],
  ['public services', 'PUBLIC_SERVICES'],
  ['religious worship', 'RELIGIOUS'],
  ['retail', 'RETAIL'],
  ['services', 'SERVICES'],
  ['technology/science', 'TECHNOLOGY'],
  ['utility', 'UTILITY'],
  ['warehouse/storage', 'WAREHOUSE'],
  ['', 'UNKNOWN'],
]);

/** BDG2's `primaryspaceusage` as the graph's PrimaryUse; undefined when it is none of the sixteen. */
export function primaryUseOf(text: string): PrimaryUse | undefined {
  return primaryUses.get(text.toLowerCase());
}

/** BDG2 writes the zones of the USA by names that IANA keeps only as links (`backward`). */
const zoneLinks: Readonly<Record<string, string>> = {
  'US/Eastern': 'America/New_York',
  'US/Central': 'America/Chicago',
  'US/Mountain': 'America/Denver',
  'US/Arizona': 'America/Phoenix',
  'US/Pacific': 'America/Los_Angeles',
  'US/Alaska': 'America/Anchorage',
  'US/Hawaii': 'Pacific/Honolulu',
};

export function canonicalZone(name: string): string {
  return zoneLinks[name] ?? name;
}

const zones = new Map<string, boolean>();

/** Asking the calendar is slow, and every line of the metadata names a zone: answers are kept. */
export function isKnownZone(name: string): boolean {
  const known = zones.get(name) ?? IANAZone.isValidZone(name);
  zones.set(name, known);
  return known;
}

/** 1 kBtu/ft² in kWh/m²: (1055.05585262 J x 1000 / 3.6e6) / 0.09290304. */
export const kwhPerSqmOfKbtuPerSqft = 0.29307107017222 / 0.09290304;
