import type { PrimaryUse } from '../domain.ts';
import type { Database, Grant } from './database.ts';
import { type BuildingFilter, buildingFilter, filterValues } from './filter.ts';

export interface Totals {
  readonly buildingCount: number;
  /** Square metres, of the buildings where it is known. */
  readonly floorAreaSqm: number;
}

export interface PortfolioTotals extends Totals {
  readonly siteCount: number;
  /** Most buildings first. */
  readonly byUse: readonly (Totals & { readonly primaryUse: PrimaryUse })[];
}

const sums = `count(*)::int as "buildingCount", coalesce(sum(b.floor_area_sqm), 0) as "floorAreaSqm"`;

/** Of each site's buildings that the grant covers. By the index (site_id, id). */
export async function sumSites(
  db: Database,
  grant: Grant,
  siteIds: readonly string[],
): Promise<ReadonlyMap<string, Totals>> {
  const { rows } = await db.query<Totals & { siteId: string }>(
    `select b.site_id as "siteId", ${sums} from portfolio.building b
     where b.site_id = any($2::text[]) and ($1::text[] is null or b.id = any($1))
     group by b.site_id`,
    [grant, siteIds],
  );
  return new Map(rows.map((row) => [row.siteId, row]));
}

/** Of all buildings that grant and filter let through, in one pass. @throws EaioError BAD_USER_INPUT */
export async function sumPortfolio(
  db: Database,
  grant: Grant,
  filter: BuildingFilter | null | undefined,
): Promise<PortfolioTotals> {
  const { rows } = await db.query<Totals & { primaryUse: PrimaryUse | null; siteCount: number }>(
    `select b.primary_use as "primaryUse", count(distinct b.site_id)::int as "siteCount", ${sums}
     from portfolio.building b where ${buildingFilter}
     group by grouping sets ((b.primary_use), ())
     order by "buildingCount" desc, b.primary_use collate "C"`,
    [...filterValues(grant, filter)],
  );
  const whole = rows.find(({ primaryUse }) => primaryUse === null);
  return {
    siteCount: whole?.siteCount ?? 0,
    buildingCount: whole?.buildingCount ?? 0,
    floorAreaSqm: whole?.floorAreaSqm ?? 0,
    byUse: rows.flatMap(({ primaryUse, buildingCount, floorAreaSqm }) =>
      primaryUse === null ? [] : [{ primaryUse, buildingCount, floorAreaSqm }],
    ),
  };
}
