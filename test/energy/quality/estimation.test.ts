import { engines } from '../../kit/engines.ts';
import { principalFor } from '../../kit/token.ts';
import { computedRollups, keptRollups } from '../rollups.ts';
import { createEnergyWorld, type EnergyWorld, meterOf, office, seriesOf } from '../world.ts';

const building = 'Hill_office_Gappy';
const other = 'Hill_office_Other';
const meter = meterOf(building);
const quarter = meterOf(building, { type: 'GAS', intervalSeconds: 900 });
const hourMs = 3_600_000;

/** Working hours use more; three gaps: an hour, two hours, a day and a half. */
const gaps = [
  ['2017-06-07T10:00:00Z', 1],
  ['2017-06-08T22:00:00Z', 2],
  ['2017-06-13T00:00:00Z', 36],
] as const;
const missing = (timeMs: number): boolean =>
  gaps.some(([from, hours]) => timeMs >= Date.parse(from) && timeMs < Date.parse(from) + hours * hourMs);
const load = (timeMs: number): number => {
  const hour = new Date(timeMs).getUTCHours();
  return hour >= 8 && hour < 18 ? 20 : 5;
};

interface Report {
  readonly runId: string;
  readonly gaps: number;
  readonly interpolated: number;
  readonly fromLikeDays: number;
  readonly left: number;
}

const estimate = (world: EnergyWorld, ids = [meter.id]) =>
  world.ask<{ estimateGaps: Report }>(
    `mutation($ids: [ID!]) { estimateGaps(meterIds: $ids, range: { from: "2017-05-15", to: "2017-06-20" }) { runId gaps interpolated fromLikeDays left } }`,
    { variables: { ids } },
  );

describe.each(engines())('estimation on %s', (engine) => {
  let world: EnergyWorld;
  beforeEach(async () => {
    world = await createEnergyWorld({
      engine,
      buildings: [office(building), office(other, { timeZone: 'America/New_York' })],
      meters: [meter, quarter, meterOf(other)],
      clock: () => Date.parse('2017-07-01T00:00:00Z'),
    });
    await world.load([
      seriesOf(meter, '2017-05-01T00:00:00Z', 60 * 24, (_, timeMs) =>
        missing(timeMs) ? null : load(timeMs),
      ),
      seriesOf(quarter, '2017-05-01T00:00:00Z', 60 * 96, (_, timeMs) =>
        missing(timeMs) ? null : load(timeMs) / 4,
      ),
    ]);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  // Proves: quality.estimates-marked
  test('fills gaps, marks what it filled in, keeps sums right, and does nothing the second time', async () => {
    const { estimateGaps } = await estimate(world, [meter.id, quarter.id]);
    expect(estimateGaps).toMatchObject({ gaps: 6, interpolated: 3 + 12, fromLikeDays: 36 + 144, left: 0 });
    expect((await estimate(world, [meter.id, quarter.id])).estimateGaps).toMatchObject({
      gaps: 0,
      interpolated: 0,
      fromLikeDays: 0,
    });
    expect(await keptRollups(world.pool)).toEqual(await computedRollups(world.pool));

    const { meter: found } = await world.ask<{ meter: { readings: { nodes: readonly unknown[] } } }>(
      `{ meter(id: "${meter.id}") { readings(from: "2017-06-13T00:00:00Z", to: "2017-06-14T13:00:00Z") { nodes { time value quality rule } } } }`,
    );
    expect(found.readings.nodes).toHaveLength(37);
    expect(found.readings.nodes[9]).toEqual({
      time: '2017-06-13T09:00:00.000Z',
      value: expect.closeTo(20, 6),
      quality: 'ESTIMATED',
      rule: 'estimate-like-days',
    });
    expect(found.readings.nodes[36]).toMatchObject({ quality: 'GOOD', rule: null });

    const use = await world.building<{ energyUse: readonly unknown[] }>(
      building,
      `energyUse(range: { from: "2017-06-12", to: "2017-06-14" }, interval: DAY, types: [ELECTRICITY]) { total coverage estimatedShare points { date sum estimatedShare } }`,
    );
    expect(use.energyUse).toEqual([
      {
        total: expect.closeTo(3 * 270, 6),
        coverage: 1,
        estimatedShare: expect.closeTo(0.5, 9),
        points: [
          { date: '2017-06-12', sum: expect.closeTo(270, 6), estimatedShare: 0 },
          { date: '2017-06-13', sum: expect.closeTo(270, 6), estimatedShare: 1 },
          { date: '2017-06-14', sum: expect.closeTo(270, 6), estimatedShare: expect.closeTo(0.5, 9) },
        ],
      },
    ]);
    const hours = await world.building<{
      energyUse: readonly { points: readonly { estimatedShare: number }[] }[];
    }>(
      building,
      `energyUse(range: { from: "2017-06-07", to: "2017-06-07" }, interval: HOUR, types: [GAS]) { points { estimatedShare } }`,
    );
    expect(hours.energyUse[0]?.points.map(({ estimatedShare }) => estimatedShare)).toEqual(
      Array.from({ length: 24 }, (_, hour) => (hour === 10 ? 1 : 0)),
    );
  });

  test('a measured value that comes later replaces the estimate', async () => {
    await estimate(world);
    const { ingestReadings } = await world.ask<{ ingestReadings: { stored: number } }>(
      `mutation { ingestReadings(readings: [{ meterId: "${meter.id}", time: "2017-06-07T10:00:00Z", value: 21.5 }]) { stored } }`,
    );
    expect(ingestReadings.stored).toBe(1);
    const { meter: found } = await world.ask<{ meter: unknown }>(
      `{ meter(id: "${meter.id}") { readings(from: "2017-06-07T10:00:00Z", to: "2017-06-07T11:00:00Z") { nodes { value quality rule } }
          series(range: { from: "2017-06-07", to: "2017-06-07" }, interval: DAY) { estimatedShare } } }`,
    );
    expect(found).toEqual({
      readings: { nodes: [{ value: 21.5, quality: 'GOOD', rule: null }] },
      series: { estimatedShare: 0 },
    });
    expect((await estimate(world)).estimateGaps).toMatchObject({ interpolated: 0 });
    expect(await keptRollups(world.pool)).toEqual(await computedRollups(world.pool));
  });

  test('leaves what is newer than its delay, what is before the first reading and behind the last', async () => {
    const delayMs = Date.parse('2017-06-30T00:00:00Z') - Date.parse('2017-06-10T00:00:00Z');
    const report = await world.quality.estimate({ by: 'test', meterIds: [meter.id], delayMs });
    expect(report).toMatchObject({ gaps: 2, interpolated: 3, fromLikeDays: 0 });
    const everything = await world.quality.estimate({ by: 'test' });
    expect(everything).toMatchObject({ fromLikeDays: 36 + 144 });
    const { rows } = await world.pool.query<{ count: number }>('select count(*) from energy.reading');
    expect(rows[0]?.count).toBe(60 * 24 + 60 * 96);
  });

  test('goes by the settings of the meter type, which are data', async () => {
    await world.pool.query(
      "insert into energy.estimation_setting (meter_type, interpolate_up_to_s, like_days_needed) values ('ELECTRICITY', 3600, 60)",
    );
    expect((await estimate(world)).estimateGaps).toMatchObject({ gaps: 3, interpolated: 1, left: 2 });
  });

  test('is a job with lineage, and is refused without the scope or the building', async () => {
    const { estimateGaps } = await estimate(world);
    const { lineageRuns } = await world.ask<{ lineageRuns: readonly unknown[] }>(
      '{ lineageRuns(job: "estimation") { runId state job error inputs outputs rowsWritten } }',
    );
    expect(lineageRuns).toEqual([
      {
        runId: estimateGaps.runId,
        state: 'COMPLETE',
        job: 'estimation',
        error: null,
        inputs: ['eaio:energy.reading'],
        outputs: ['eaio:energy.reading'],
        rowsWritten: 39,
      },
    ]);
    const mutation = `mutation { estimateGaps(meterIds: ["${meter.id}"], range: { period: LAST_30_DAYS }) { gaps } }`;
    const codeFor = async (principal: ReturnType<typeof principalFor>) =>
      (await world.run(mutation, { principal })).errors?.[0]?.extensions?.['code'];
    expect(await codeFor(principalFor('viewer'))).toBe('FORBIDDEN');
    expect(await codeFor(principalFor('energy_engineer', { buildings: [other] }))).toBe('NOT_FOUND');
    expect(await codeFor(principalFor('energy_engineer', { buildings: [building] }))).toBeUndefined();
    const nobody = 'mutation { estimateGaps(range: { period: LAST_30_DAYS }) { gaps } }';
    expect((await world.run(nobody)).errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  });
});
