import type { BuildingFacts, SiteFacts } from '../domain.ts';
import type { Database } from './database.ts';

/** A row that was new, or other than before. Rows known as they are are not given back. */
export interface Written {
  readonly id: string;
  readonly added: boolean;
}

/**
 * Inserts rows, or overwrites those whose facts differ. `xmax` is 0 for a row that no transaction has replaced: a new one.
 * Rows go in by id, so that two importers at once wait for each other instead of deadlocking.
 */
const upsert = (table: string, columns: readonly string[], source: string): string => {
  const values = columns.slice(1);
  const list = values.map((column) => `t.${column}`).join(', ');
  const excluded = values.map((column) => `excluded.${column}`).join(', ');
  return `
    insert into portfolio.${table} as t (${columns.join(', ')})
    ${source}
    order by 1
    on conflict (id) do update set (${values.join(', ')}) = row(${excluded})
      where row(${list}) is distinct from row(${excluded})
    returning id, xmax = 0 as added`;
};

const siteColumns = ['id', 'name', 'time_zone', 'latitude', 'longitude'];
const buildingColumns = [
  ...[
    'id',
    'site_id',
    'name',
    'primary_use',
    'sub_use',
    'floor_area_sqm',
    'time_zone',
    'latitude',
    'longitude',
  ],
  ...['year_built', 'floors', 'occupants', 'energy_star_score', 'published_site_eui'],
  ...['heating_type', 'industry', 'sub_industry', 'leed_level'],
];

const sitesSql = upsert(
  'site',
  siteColumns,
  `select f.id, f.name, f."timeZone", f.latitude, f.longitude
   from jsonb_to_recordset($1::jsonb) as f(
     id text, name text, "timeZone" text, latitude float8, longitude float8)`,
);

const buildingsSql = upsert(
  'building',
  buildingColumns,
  `select f.id, f."siteId", f.name, f."primaryUse", f."subUse", f."floorAreaSqm", f."timeZone", f.latitude, f.longitude,
     f."yearBuilt", f.floors, f.occupants, f."energyStarScore", f."publishedSiteEui",
     f."heatingType", f.industry, f."subIndustry", f."leedLevel"
   from jsonb_to_recordset($1::jsonb) as f(
     id text, "siteId" text, name text, "primaryUse" text, "subUse" text, "floorAreaSqm" float8, "timeZone" text,
     latitude float8, longitude float8, "yearBuilt" int, floors int, occupants int, "energyStarScore" int,
     "publishedSiteEui" float8, "heatingType" text, industry text, "subIndustry" text, "leedLevel" text)`,
);

/** @param sites of distinct ids. */
export const upsertSites = (db: Database, sites: readonly SiteFacts[]): Promise<readonly Written[]> =>
  write(db, sitesSql, sites);

/** @param buildings of distinct ids. */
export const upsertBuildings = (
  db: Database,
  buildings: readonly BuildingFacts[],
): Promise<readonly Written[]> => write(db, buildingsSql, buildings);

async function write(
  db: Database,
  sql: string,
  facts: readonly (SiteFacts | BuildingFacts)[],
): Promise<readonly Written[]> {
  if (facts.length === 0) return [];
  const flat = facts.map(({ location, ...others }) => ({ ...others, ...location }));
  const { rows } = await db.query<Written>(sql, [JSON.stringify(flat)]);
  return rows;
}
