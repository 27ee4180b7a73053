import type { Pool, PoolClient } from 'pg';
import { codeOf } from '../../../platform/errors/facts.ts';
import { OperatorError } from '../../../platform/errors/operator-error.ts';
import { inTransaction } from '../../../platform/postgres/transaction.ts';
import type { BuildingFacts, MeterFacts } from '../domain.ts';
import type { Storage } from '../storage/types.ts';
import { retryOnDeadlock } from './retry.ts';
import { clearDays, lockMeters, mergeSpans, remakeRollups } from './rollups.ts';

/** Adds buildings and changed facts. Resolves with the ids of those whose days and months were made anew for another zone. */
export async function registerBuildings(
  pool: Pool,
  storage: Storage,
  buildings: readonly BuildingFacts[],
): Promise<readonly string[]> {
  if (buildings.length === 0) return [];
  await checkZones(pool, [...new Set(buildings.map(({ timeZone }) => timeZone))]);
  return retryOnDeadlock(() =>
    inTransaction(pool, async (client) => {
      const zones = await client.query<{ id: string; time_zone: string }>(
        'select id, time_zone from energy.building where id = any($1::text[]) order by id for no key update',
        [buildings.map(({ id }) => id)],
      );
      await client.query(
        `insert into energy.building as known (id, site_id, time_zone, floor_area_sqm, primary_use)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::text[]) as b(id) order by id
         on conflict (id) do update set site_id = excluded.site_id, time_zone = excluded.time_zone,
           floor_area_sqm = excluded.floor_area_sqm, primary_use = excluded.primary_use
         where known is distinct from excluded`,
        [
          buildings.map(({ id }) => id),
          buildings.map(({ siteId }) => siteId),
          buildings.map(({ timeZone }) => timeZone),
          buildings.map(({ floorAreaSqm }) => floorAreaSqm),
          buildings.map(({ primaryUse }) => primaryUse),
        ],
      );
      const before = new Map(zones.rows.map(({ id, time_zone }) => [id, time_zone]));
      const moved = buildings.filter(({ id, timeZone }) => before.has(id) && before.get(id) !== timeZone);
      if (moved.length > 0)
        await remakeDays(
          client,
          storage,
          moved.map(({ id }) => id),
        );
      return moved.map(({ id }) => id);
    }),
  );
}

async function remakeDays(
  client: PoolClient,
  storage: Storage,
  buildingIds: readonly string[],
): Promise<void> {
  await client.query('set local statement_timeout = 0');
  const { rows } = await client.query<{ meter_no: number }>(
    'select meter_no from energy.meter where building_id = any($1::text[])',
    [buildingIds],
  );
  const meterNos = rows.map(({ meter_no }) => meter_no);
  await lockMeters(client, meterNos);
  await clearDays(client, meterNos);
  const spans = await client.query<{ meter_no: number; first: Date; last: Date }>(
    `select meter_no, first_reading_at as first, last_reading_at as last from energy.meter
     where meter_no = any($1::int[]) and first_reading_at is not null`,
    [meterNos],
  );
  await remakeRollups(
    client,
    storage,
    mergeSpans(
      spans.rows.map(({ meter_no, first, last }) => ({
        meterNo: meter_no,
        fromMs: first.getTime(),
        toMs: last.getTime(),
      })),
    ),
    { withHours: false },
  );
}

/** Adds meters and changed intervals; building and type of a meter never change, so that processes may remember them. */
export async function registerMeters(pool: Pool, meters: readonly MeterFacts[]): Promise<void> {
  if (meters.length === 0) return;
  const parameters = [
    meters.map(({ id }) => id),
    meters.map(({ buildingId }) => buildingId),
    meters.map(({ type }) => type),
    meters.map(({ intervalSeconds }) => intervalSeconds),
  ];
  await retryOnDeadlock(() =>
    inTransaction(pool, async (client) => {
      // Those that are there first: trying to insert them would use up their numbers.
      await client.query(
        `update energy.meter m set interval_s = changed.interval_s from (
           select m.meter_no, f.interval_s from ${facts} join energy.meter m on m.id = f.id
           where m.interval_s <> f.interval_s order by m.meter_no for no key update of m
         ) changed
         where m.meter_no = changed.meter_no`,
        parameters,
      );
      await client.query(
        `insert into energy.meter (id, building_id, type, interval_s)
         select f.id, f.building_id, f.type, f.interval_s from ${facts}
         join energy.building b on b.id = f.building_id
         where not exists (select from energy.meter m where m.id = f.id)
         order by f.id on conflict (id) do nothing`,
        parameters,
      );
      const { rows } = await client.query<{
        id: string;
        building_id: string;
        known_building: string | null;
        known_type: string;
      }>(
        `select f.id, f.building_id, m.building_id as known_building, m.type as known_type
         from ${facts} left join energy.meter m on m.id = f.id
         where (m.building_id, m.type) is distinct from (f.building_id, f.type) limit 1`,
        parameters,
      );
      const wrong = rows[0];
      if (wrong === undefined) return;
      throw new OperatorError(
        wrong.known_building === null
          ? `Meter ${wrong.id} belongs to building ${wrong.building_id}, which is not registered: register the building first.`
          : `Meter ${wrong.id} is known as a ${wrong.known_type} meter of building ${wrong.known_building}, and a meter keeps its building and type: give the new one another id.`,
      );
    }),
  );
}

const facts = `unnest($1::text[], $2::text[], $3::text[], $4::int[]) as f(id, building_id, type, interval_s)`;

/** @throws OperatorError for a zone without which no reading of its buildings would have a day. */
async function checkZones(pool: Pool, zones: readonly string[]): Promise<void> {
  for (const zone of zones) {
    try {
      await pool.query('select now() at time zone $1::text', [zone]);
    } catch (error) {
      if (codeOf(error) !== '22023') throw error;
      throw new OperatorError(
        `"${zone}" is no time zone that the database knows: give an IANA name, for example America/New_York.`,
        {
          cause: error,
        },
      );
    }
  }
}
