import type { MeterType } from '../domain.ts';
import { type EnergyMeter, type MeterRow, toMeter } from './buildings.ts';
import type { Database, Grant } from './database.ts';

/** All conditions must hold; a list means any of; null means no condition. */
export interface MeterConditions {
  readonly buildingIds: readonly string[] | null;
  readonly siteIds: readonly string[] | null;
  readonly types: readonly MeterType[] | null;
  /** Each must be contained in the meter's id, whatever its case. */
  readonly words: readonly string[];
}

/** Meters by id, those that exist and may be seen; by the unique index on id. */
export async function findMeters(
  db: Database,
  grant: Grant,
  ids: readonly string[],
): Promise<readonly EnergyMeter[]> {
  const { rows } = await db.query<MeterRow>(
    `${selectMeters} where m.id = any($1::text[]) and ($2::text[] is null or m.building_id = any($2))`,
    [ids, grant],
  );
  return rows.map(toMeter);
}

/** One page in the order of the ids, behind `afterId` when there is one; by the unique index on id. */
export async function pageMeters(
  db: Database,
  grant: Grant,
  conditions: MeterConditions,
  page: { readonly limit: number; readonly afterId: string | null },
): Promise<readonly EnergyMeter[]> {
  const { rows } = await db.query<MeterRow>(
    `${selectMeters} where ${fits} and ($6::text is null or m.id > $6) order by m.id limit $7`,
    [...parameters(grant, conditions), page.afterId, page.limit],
  );
  return rows.map(toMeter);
}

/** How many meters fit. */
export async function countMeters(db: Database, grant: Grant, conditions: MeterConditions): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from energy.meter m join energy.building b on b.id = m.building_id where ${fits}`,
    parameters(grant, conditions),
  );
  return rows[0]?.count ?? 0;
}

const selectMeters = `
  select m.meter_no, m.id, m.building_id, m.type, m.interval_s, m.first_reading_at, m.last_reading_at, b.time_zone
  from energy.meter m join energy.building b on b.id = m.building_id`;

const fits = `
  ($1::text[] is null or m.building_id = any($1))
  and ($2::text[] is null or m.building_id = any($2))
  and ($3::text[] is null or b.site_id = any($3))
  and ($4::text[] is null or m.type = any($4))
  and m.id ilike all ($5::text[])`;

const parameters = (grant: Grant, { buildingIds, siteIds, types, words }: MeterConditions): unknown[] => [
  grant,
  buildingIds,
  siteIds,
  types,
  words.map((word) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`),
];
