import type { BuildingFacts, MeterType } from '../facts.ts';
import type { Correction } from './corrections.ts';
import type { MetadataRow } from './metadata-row.ts';
import { kwhPerSqmOfKbtuPerSqft, primaryUseOf } from './vocabulary.ts';

export interface Bdg2Building extends BuildingFacts {
  /** The meters that the metadata says it has; files may hold fewer. */
  readonly meterTypes: readonly MeterType[];
}

const meterColumns: readonly (readonly [string, MeterType])[] = [
  ['electricity', 'ELECTRICITY'],
  ['chilledwater', 'CHILLED_WATER'],
  ['steam', 'STEAM'],
  ['hotwater', 'HOT_WATER'],
  ['gas', 'GAS'],
  ['water', 'WATER'],
  ['irrigation', 'IRRIGATION'],
  ['solar', 'SOLAR'],
];

export interface BuildingRow {
  readonly row: MetadataRow;
  readonly id: string;
  readonly siteId: string;
  readonly timeZone: string;
  readonly correction: Correction | undefined;
}

/** A line of the metadata as a building's facts. */
export function buildingOf({ row, id, siteId, timeZone, correction }: BuildingRow): Bdg2Building {
  const use = row.text('primaryspaceusage') ?? '';
  const primaryUse = primaryUseOf(use);
  if (primaryUse === undefined) row.fault('primaryspaceusage', `"${use}" is none of BDG2's sixteen uses`);
  const latitude = row.number('lat', { min: -90, max: 90 });
  const longitude = row.number('lng', { min: -180, max: 180 });
  return {
    id,
    siteId,
    name: id.replaceAll('_', ' '),
    primaryUse: primaryUse ?? 'UNKNOWN',
    subUse: row.text('sub_primaryspaceusage'),
    floorAreaSqm: row.number('sqm', { moreThan: 0 }),
    timeZone,
    location:
      correction?.location ?? (latitude === null || longitude === null ? null : { latitude, longitude }),
    yearBuilt: row.integer('yearbuilt', { min: 1000, max: 2100 }),
    floors: row.integer('numberoffloors', { min: 0, max: 200 }),
    occupants: row.integer('occupants', { min: 0 }),
    energyStarScore: row.integer('energystarscore', { min: 1, max: 100 }),
    publishedSiteEui: publishedSiteEui(row),
    heatingType: row.text('heatingtype'),
    industry: row.text('industry'),
    subIndustry: row.text('subindustry'),
    leedLevel: row.text('leed_level'),
    meterTypes: meterColumns.flatMap(([column, type]) =>
      row.text(column)?.toLowerCase() === 'yes' ? [type] : [],
    ),
  };
}

/**
 * Column `eui`, not `site_eui`: at Hog, the only site with both, `site_eui` is 1.02 to 2.82 times `eui`, most where all
 * is electricity, so what it holds is source energy. In kBtu/ft², although the publisher's page says kWh/m²: the
 * all-electric buildings of Panther measure about three times their `eui` in kWh/m², and just their `eui` in kBtu/ft².
 */
function publishedSiteEui(row: MetadataRow): number | null {
  const kbtuPerSqft = row.number('eui', { min: 0 });
  return kbtuPerSqft === null ? null : kbtuPerSqft * kwhPerSqmOfKbtuPerSqft;
}
