import { toConnection } from '../../platform/subgraph/relay/connection.ts';
import { encodeCursor } from '../../platform/subgraph/relay/cursor.ts';
import { pageArguments } from '../../platform/subgraph/relay/page.ts';
import type { ResolverMap } from '../../platform/subgraph/resolvers.ts';
import type { PortfolioContext } from './context.ts';
import type { BuildingOrder } from './domain.ts';
import type { Building } from './store/building.ts';
import { type BuildingList, countBuildings, pageBuildings } from './store/buildings.ts';
import type { BuildingFilter } from './store/filter.ts';
import { buildingOrderSql } from './store/orders.ts';
import { countSites, pageSites, type Site, type SiteFilter } from './store/sites.ts';
import { sumPortfolio } from './store/totals.ts';

interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
}
interface SitesArgs extends PageArgs {
  readonly filter?: SiteFilter | null;
}
interface BuildingsArgs extends PageArgs {
  readonly filter?: BuildingFilter | null;
  readonly orderBy?: BuildingOrder | null;
}
interface Reference {
  readonly id: string;
}

/** Longest page of any list. */
const max = 500;

export const resolvers: ResolverMap<PortfolioContext> = {
  Query: {
    site: (_: unknown, { id }: Reference, { loaders }: PortfolioContext) => loaders.site.load(id),
    building: (_: unknown, { id }: Reference, { loaders }: PortfolioContext) => loaders.building.load(id),
    portfolio: (_: unknown, { filter }: BuildingsArgs, { db, grant }: PortfolioContext) =>
      sumPortfolio(db, grant, filter),
    sites: (_: unknown, args: SitesArgs, { db, grant }: PortfolioContext) => siteConnection(db, grant, args),
    buildings: (_: unknown, args: BuildingsArgs, { db, grant }: PortfolioContext) =>
      buildingConnection(args, {
        page: (list) => pageBuildings(db, grant, list),
        count: (filter) => countBuildings(db, grant, filter),
      }),
  },
  Site: {
    __resolveReference: ({ id }: Reference, { loaders }: PortfolioContext) => loaders.site.load(id),
    buildingCount: async ({ id }: Site, _: unknown, { loaders }: PortfolioContext) =>
      (await loaders.siteTotals.load(id)).buildingCount,
    floorAreaSqm: async ({ id }: Site, _: unknown, { loaders }: PortfolioContext) =>
      (await loaders.siteTotals.load(id)).floorAreaSqm,
    buildings: ({ id: siteId }: Site, args: BuildingsArgs, { loaders }: PortfolioContext) =>
      buildingConnection(args, {
        page: (question) => loaders.buildingsOfSite.load({ siteId, question }),
        count: (question) => loaders.buildingCountOfSite.load({ siteId, question }),
      }),
  },
  Building: {
    __resolveReference: ({ id }: Reference, { loaders }: PortfolioContext) => loaders.building.load(id),
    site: ({ siteId }: Building, _: unknown, { loaders }: PortfolioContext) => loaders.site.load(siteId),
  },
};

async function siteConnection(
  db: PortfolioContext['db'],
  grant: PortfolioContext['grant'],
  { filter, ...args }: SitesArgs,
) {
  const order = 'sites:ID';
  const page = pageArguments(args, { max, order, shape: ['string'] });
  const rows = await pageSites(db, grant, { filter, after: page.after, limit: page.first + 1 });
  return {
    ...toConnection({ rows, page, cursorOf: ({ id }) => encodeCursor(order, [id]), nodeOf: (row) => row }),
    totalCount: () => countSites(db, grant, filter),
  };
}

/** A list of buildings, whether of all or of one site; counted only when asked. */
async function buildingConnection(
  { filter, orderBy, ...args }: BuildingsArgs,
  read: {
    readonly page: (list: BuildingList) => Promise<readonly Building[]>;
    readonly count: (filter: BuildingFilter | null | undefined) => Promise<number>;
  },
) {
  const by = orderBy ?? 'ID';
  const { shape, keysOf } = buildingOrderSql[by];
  const order = `buildings:${by}`;
  const page = pageArguments(args, { max, order, shape });
  const rows = await read.page({ filter, orderBy: by, after: page.after, limit: page.first + 1 });
  return {
    ...toConnection({
      rows,
      page,
      cursorOf: (row) => encodeCursor(order, keysOf(row)),
      nodeOf: (row) => row,
    }),
    totalCount: () => read.count(filter),
  };
}
