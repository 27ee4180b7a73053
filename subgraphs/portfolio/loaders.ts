import DataLoader from 'dataloader';
import type { Building } from './store/building.ts';
import {
  type BuildingList,
  countBuildingsOfSites,
  findBuildings,
  pageBuildingsOfSites,
} from './store/buildings.ts';
import type { Database, Grant } from './store/database.ts';
import { findSites, type Site } from './store/sites.ts';
import { sumSites, type Totals } from './store/totals.ts';

/** What one operation reads, each kind by one statement for all that ask in the same turn. Made anew for each operation. */
export type Loaders = ReturnType<typeof createLoaders>;

interface OfSite<T> {
  readonly siteId: string;
  readonly question: T;
}

export function createLoaders({ db, grant }: { readonly db: Database; readonly grant: Grant }) {
  return {
    /** Null when there is none, or it may not be seen. */
    building: new DataLoader<string, Building | null>(async (ids) => {
      const found = new Map((await findBuildings(db, grant, ids)).map((one) => [one.id, one]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    /** Null when there is none, or none of its buildings may be seen. */
    site: new DataLoader<string, Site | null>(async (ids) => {
      const found = new Map((await findSites(db, grant, ids)).map((one) => [one.id, one]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    siteTotals: new DataLoader<string, Totals>(async (ids) => {
      const found = await sumSites(db, grant, ids);
      return ids.map((id) => found.get(id) ?? { buildingCount: 0, floorAreaSqm: 0 });
    }),
    /** A page of a site's buildings. One statement for each distinct question: sites of a list share theirs. */
    buildingsOfSite: bySite<BuildingList, readonly Building[]>(
      (list, siteIds) => pageBuildingsOfSites(db, grant, list, siteIds),
      [],
    ),
    /** How many of a site's buildings a filter lets through. */
    buildingCountOfSite: bySite<BuildingList['filter'], number>(
      (filter, siteIds) => countBuildingsOfSites(db, grant, filter, siteIds),
      0,
    ),
  };
}

/** A loader over (site, question) that asks each distinct question once, for all its sites. */
const bySite = <Question, Answer>(
  ask: (question: Question, siteIds: readonly string[]) => Promise<ReadonlyMap<string, Answer>>,
  none: Answer,
) =>
  new DataLoader<OfSite<Question>, Answer>(
    async (keys) => {
      const nameOf = (question: Question) => JSON.stringify({ question });
      const asked = new Map<string, { readonly question: Question; readonly siteIds: Set<string> }>();
      for (const { siteId, question } of keys) {
        const one = asked.get(nameOf(question)) ?? { question, siteIds: new Set() };
        one.siteIds.add(siteId);
        asked.set(nameOf(question), one);
      }
      const answers = await Promise.all(
        [...asked].map(
          async ([name, { question, siteIds }]) => [name, await ask(question, [...siteIds])] as const,
        ),
      );
      const byName = new Map(answers);
      return keys.map(({ siteId, question }) => byName.get(nameOf(question))?.get(siteId) ?? none);
    },
    { cache: false },
  );
