import type { MeterType } from '../domain.ts';
import type { Database, Grant } from './database.ts';

export interface EnergyMeter {
  /** The key of readings and rollups. */
  readonly meterNo: number;
  readonly id: string;
  readonly buildingId: string;
  readonly type: MeterType;
  readonly intervalSeconds: number;
  readonly firstReadingAt: Date | null;
  readonly lastReadingAt: Date | null;
  readonly timeZone: string;
}

/** A building as energy knows it, with all of its meters in the order of their ids. */
export interface EnergyBuilding {
  readonly id: string;
  readonly siteId: string;
  readonly timeZone: string;
  readonly floorAreaSqm: number | null;
  readonly meters: readonly EnergyMeter[];
}

/** Buildings by id, those that exist and may be seen; by the primary key. */
export async function findBuildings(
  db: Database,
  grant: Grant,
  ids: readonly string[],
): Promise<readonly EnergyBuilding[]> {
  const { rows } = await db.query<BuildingRow>(
    `${selectBuildings} where b.id = any($1::text[]) and ($2::text[] is null or b.id = any($2)) order by b.id, m.id`,
    [ids, grant],
  );
  return group(rows);
}

/** All buildings that may be seen, of the sites given when any are; by the index on site. */
export async function findBuildingsOfSites(
  db: Database,
  grant: Grant,
  siteIds: readonly string[] | null,
): Promise<readonly EnergyBuilding[]> {
  const { rows } = await db.query<BuildingRow>(
    `${selectBuildings}
     where ($1::text[] is null or b.site_id = any($1)) and ($2::text[] is null or b.id = any($2)) order by b.id, m.id`,
    [siteIds, grant],
  );
  return group(rows);
}

interface BuildingRow {
  readonly building_id: string;
  readonly site_id: string;
  readonly time_zone: string;
  readonly floor_area_sqm: number | null;
  readonly meter_no: number | null;
  readonly id: string;
  readonly type: MeterType;
  readonly interval_s: number;
  readonly first_reading_at: Date | null;
  readonly last_reading_at: Date | null;
}

const selectBuildings = `
  select b.id as building_id, b.site_id, b.time_zone, b.floor_area_sqm,
         m.meter_no, m.id, m.type, m.interval_s, m.first_reading_at, m.last_reading_at
  from energy.building b left join energy.meter m on m.building_id = b.id`;

/** Rows of one building stand together; a building without meters has one row without a meter. */
function group(rows: readonly BuildingRow[]): readonly EnergyBuilding[] {
  const buildings: (EnergyBuilding & { readonly meters: EnergyMeter[] })[] = [];
  for (const row of rows) {
    let building = buildings.at(-1);
    if (building?.id !== row.building_id) {
      building = {
        id: row.building_id,
        siteId: row.site_id,
        timeZone: row.time_zone,
        floorAreaSqm: row.floor_area_sqm,
        meters: [],
      };
      buildings.push(building);
    }
    if (row.meter_no !== null) building?.meters.push(toMeter({ ...row, meter_no: row.meter_no }));
  }
  return buildings;
}

/** A row of energy.meter, with its building's zone. */
export interface MeterRow {
  readonly meter_no: number;
  readonly id: string;
  readonly building_id: string;
  readonly type: MeterType;
  readonly interval_s: number;
  readonly first_reading_at: Date | null;
  readonly last_reading_at: Date | null;
  readonly time_zone: string;
}

export const toMeter = (row: MeterRow): EnergyMeter => ({
  meterNo: row.meter_no,
  id: row.id,
  buildingId: row.building_id,
  type: row.type,
  intervalSeconds: row.interval_s,
  firstReadingAt: row.first_reading_at,
  lastReadingAt: row.last_reading_at,
  timeZone: row.time_zone,
});
