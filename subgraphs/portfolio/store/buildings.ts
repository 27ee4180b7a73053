import type { CursorKeys } from '../../../platform/subgraph/relay/cursor.ts';
import type { BuildingOrder } from '../domain.ts';
import type { Building } from './building.ts';
import type { Database, Grant } from './database.ts';
import { type BuildingFilter, buildingFilter, filterValues } from './filter.ts';
import { buildingOrderSql } from './orders.ts';

/** What a list shows: which buildings, in which order, from where, how many. */
export interface BuildingList {
  readonly filter: BuildingFilter | null | undefined;
  readonly orderBy: BuildingOrder;
  readonly after: CursorKeys | undefined;
  readonly limit: number;
}

const columns = `
  b.id, b.site_id as "siteId", b.name, b.name_key as "nameKey", b.primary_use as "primaryUse", b.sub_use as "subUse",
  b.floor_area_sqm as "floorAreaSqm", b.time_zone as "timeZone",
  case when b.latitude is not null then json_build_object('latitude', b.latitude, 'longitude', b.longitude) end as location,
  b.year_built as "yearBuilt", b.floors, b.occupants, b.energy_star_score as "energyStarScore",
  b.published_site_eui as "publishedSiteEui", b.heating_type as "heatingType", b.industry,
  b.sub_industry as "subIndustry", b.leed_level as "leedLevel"`;

/** Those of the ids that there are and that the grant covers. By the primary key. */
export async function findBuildings(
  db: Database,
  grant: Grant,
  ids: readonly string[],
): Promise<readonly Building[]> {
  const { rows } = await db.query<Building>(
    `select ${columns} from portfolio.building b
     where b.id = any($1::text[]) and ($2::text[] is null or b.id = any($2))`,
    [ids, grant],
  );
  return rows;
}

/** One page of a list. By the index of its order. @throws EaioError BAD_USER_INPUT for a filter that can't be meant. */
export async function pageBuildings(
  db: Database,
  grant: Grant,
  list: BuildingList,
): Promise<readonly Building[]> {
  const { orderBy, behind, keys, limit } = pagingOf(list);
  const { rows } = await db.query<Building>(
    `select ${columns} from portfolio.building b
     where ${buildingFilter} and ${behind}
     order by ${orderBy} limit ${limit.parameter}`,
    [...filterValues(grant, list.filter), ...keys, limit.value],
  );
  return rows;
}

/** One page of each site's own list, in one statement, by site. By the index (site_id, id). */
export async function pageBuildingsOfSites(
  db: Database,
  grant: Grant,
  list: BuildingList,
  siteIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Building[]>> {
  const { orderBy, behind, keys, limit } = pagingOf(list);
  const { rows } = await db.query<Building>(
    `select ${columns}
     from unnest($${limit.position + 1}::text[]) site(id)
     cross join lateral (
       select b.* from portfolio.building b
       where b.site_id = site.id and ${buildingFilter} and ${behind}
       order by ${orderBy} limit ${limit.parameter}
     ) b
     order by ${orderBy}`,
    [...filterValues(grant, list.filter), ...keys, limit.value, siteIds],
  );
  return Map.groupBy(rows, ({ siteId }) => siteId);
}

/** How many buildings a filter lets through. */
export async function countBuildings(
  db: Database,
  grant: Grant,
  filter: BuildingList['filter'],
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from portfolio.building b where ${buildingFilter}`,
    [...filterValues(grant, filter)],
  );
  return rows[0]?.count ?? 0;
}

/** The same, site by site; sites without any are absent. */
export async function countBuildingsOfSites(
  db: Database,
  grant: Grant,
  filter: BuildingList['filter'],
  siteIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ siteId: string; count: number }>(
    `select b.site_id as "siteId", count(*)::int as count from portfolio.building b
     where b.site_id = any($8::text[]) and ${buildingFilter}
     group by b.site_id`,
    [...filterValues(grant, filter), siteIds],
  );
  return new Map(rows.map(({ siteId, count }) => [siteId, count]));
}

function pagingOf({ orderBy, after, limit }: BuildingList) {
  const order = buildingOrderSql[orderBy];
  const position = 8 + order.shape.length;
  return {
    orderBy: order.orderBy,
    behind: order.behind,
    keys: after ?? order.shape.map(() => null),
    limit: { position, parameter: `$${position}::int`, value: limit },
  };
}
