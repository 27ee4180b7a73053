import type { CursorKeys } from '../../../platform/subgraph/relay/cursor.ts';
import type { SiteFacts } from '../domain.ts';
import type { Database, Grant } from './database.ts';
import { wordPatterns } from './filter.ts';

export type Site = SiteFacts;

export interface SiteFilter {
  readonly text?: string | null | undefined;
}

const columns = `
  s.id, s.name, s.time_zone as "timeZone",
  case when s.latitude is not null then json_build_object('latitude', s.latitude, 'longitude', s.longitude) end as location`;

/** A site is there for those who may see one of its buildings. $1 is the grant. */
const visible = `exists (
  select from portfolio.building b where b.site_id = s.id and ($1::text[] is null or b.id = any($1))
)`;

/** Those of the ids that there are and that the grant lets be seen. By the primary key. */
export async function findSites(
  db: Database,
  grant: Grant,
  ids: readonly string[],
): Promise<readonly Site[]> {
  const { rows } = await db.query<Site>(
    `select ${columns} from portfolio.site s where s.id = any($2::text[]) and ${visible}`,
    [grant, ids],
  );
  return rows;
}

/** One page of the sites, by their ids. @throws EaioError BAD_USER_INPUT for a text that can't be meant. */
export async function pageSites(
  db: Database,
  grant: Grant,
  list: {
    readonly filter: SiteFilter | null | undefined;
    readonly after: CursorKeys | undefined;
    readonly limit: number;
  },
): Promise<readonly Site[]> {
  const { rows } = await db.query<Site>(
    `select ${columns} from portfolio.site s
     where ${visible} and s.search like all($2::text[]) and ($3::text is null or s.id > $3)
     order by s.id limit $4`,
    [grant, wordPatterns(list.filter?.text), list.after?.[0] ?? null, list.limit],
  );
  return rows;
}

export async function countSites(
  db: Database,
  grant: Grant,
  filter: SiteFilter | null | undefined,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from portfolio.site s where ${visible} and s.search like all($2::text[])`,
    [grant, wordPatterns(filter?.text)],
  );
  return rows[0]?.count ?? 0;
}
