import { createEnergyGround, type EnergyGround } from '../../../test/energy/ground.ts';
import type { BuildingFacts } from '../domain.ts';

const building: BuildingFacts = {
  id: 'A',
  siteId: 'Site',
  timeZone: 'Europe/London',
  floorAreaSqm: 100,
  primaryUse: 'OFFICE',
};
const meter = { id: 'A:gas', buildingId: 'A', type: 'GAS', intervalSeconds: 3_600 } as const;

describe('registering', () => {
  let ground: EnergyGround;
  beforeAll(async () => {
    ground = await createEnergyGround({ engine: 'native' });
  });
  afterAll(() => ground[Symbol.asyncDispose]());
  const rows = async (table: string) =>
    (await ground.pool.query(`select *, xmin from energy.${table} order by id`)).rows;

  test('takes over changed facts, and writes nothing when there are none', async () => {
    await ground.ingestion.registerBuildings([building, { ...building, id: 'B', floorAreaSqm: null }]);
    const before = await rows('building');
    expect(before).toMatchObject([
      { id: 'A', floor_area_sqm: 100 },
      { id: 'B', floor_area_sqm: null },
    ]);
    await ground.ingestion.registerBuildings([building]);
    expect(await rows('building')).toEqual(before);
    await ground.ingestion.registerBuildings([{ ...building, floorAreaSqm: 120, primaryUse: 'RETAIL' }]);
    expect(await rows('building')).toMatchObject([
      { id: 'A', floor_area_sqm: 120, primary_use: 'RETAIL' },
      before[1],
    ]);
  });

  test('gives each meter one number for ever, and uses none up', async () => {
    await ground.ingestion.registerMeters([meter]);
    const [first] = await rows('meter');
    for (const intervalSeconds of [3_600, 900])
      await ground.ingestion.registerMeters([{ ...meter, intervalSeconds }]);
    await ground.ingestion.registerMeters([{ ...meter, id: 'B:gas', buildingId: 'B' }]);
    expect(await rows('meter')).toMatchObject([
      { id: 'A:gas', meter_no: first.meter_no, interval_s: 900 },
      { id: 'B:gas', meter_no: first.meter_no + 1 },
    ]);
  });

  test('by many processes at once ends with one of each', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `M${index}`);
    const others = await Promise.all([ground.another(), ground.another(), ground.another()]);
    await Promise.all(
      others.map(async (ingestion, index) => {
        const order = index % 2 === 0 ? ids : ids.toReversed();
        await ingestion.registerBuildings(order.map((id) => ({ ...building, id })));
        await ingestion.registerMeters(order.map((id) => ({ ...meter, id: `${id}:gas`, buildingId: id })));
      }),
    );
    const { rows: counts } = await ground.pool.query(
      "select count(*), count(distinct meter_no) as numbers from energy.meter where id like 'M%'",
    );
    expect(counts).toEqual([{ count: 50, numbers: 50 }]);
  });

  test('of nothing is nothing', async () => {
    await ground.ingestion.registerBuildings([]);
    await ground.ingestion.registerMeters([]);
  });

  test('refuses what would make readings homeless, in a sentence', async () => {
    await expect(
      ground.ingestion.registerBuildings([{ ...building, timeZone: 'Mars/Olympus' }]),
    ).rejects.toThrow(
      '"Mars/Olympus" is no time zone that the database knows: give an IANA name, for example America/New_York.',
    );
    await expect(
      ground.ingestion.registerMeters([{ ...meter, id: 'C:gas', buildingId: 'C' }]),
    ).rejects.toThrow(
      'Meter C:gas belongs to building C, which is not registered: register the building first.',
    );
    await expect(ground.ingestion.registerMeters([{ ...meter, buildingId: 'B' }])).rejects.toThrow(
      'Meter A:gas is known as a GAS meter of building A, and a meter keeps its building and type: give the new one another id.',
    );
    await expect(ground.ingestion.registerMeters([{ ...meter, type: 'STEAM' }])).rejects.toThrow(
      'known as a GAS meter',
    );
  });
});
