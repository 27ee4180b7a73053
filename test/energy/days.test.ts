import type { EnergySeries as Series } from '../../subgraphs/energy/answers/series.ts';
import { engines } from '../kit/engines.ts';
import { createEnergyWorld, type EnergyWorld, meterOf, office, seriesOf, type Wire } from './world.ts';

type EnergySeries = Wire<Series>;

const newYork = meterOf('East_office_Ann', { intervalSeconds: 900 });
const london = meterOf('West_office_Bob');
const water = meterOf('West_office_Bob', { type: 'WATER' });
const kolkata = meterOf('South_office_Kim', { intervalSeconds: 900 });
const silent = meterOf('East_office_Sid', { type: 'GAS' });

/** One year of New York in quarter hours of 1 kWh (a rate of 4 kW), of London in hours of 2 kWh, of Kolkata in quarter hours. */
const openWorld = async (engine: 'native' | 'timescale'): Promise<EnergyWorld> => {
  const world = await createEnergyWorld({
    engine,
    buildings: [
      office('East_office_Ann', { timeZone: 'America/New_York' }),
      office('East_office_Sid', { timeZone: 'America/New_York' }),
      office('West_office_Bob', { timeZone: 'Europe/London' }),
      office('South_office_Kim', { timeZone: 'Asia/Kolkata' }),
      office('South_office_Nil', { timeZone: 'Asia/Kolkata' }),
    ],
    meters: [newYork, london, water, kolkata, silent],
  });
  await world.load([
    seriesOf(newYork, '2017-01-01T05:00:00Z', 365 * 96, () => 1),
    seriesOf(london, '2017-01-01T00:00:00Z', 365 * 24, (hour) => (hour % 24 === 12 ? 5 : 2)),
    seriesOf(water, '2017-06-01T00:00:00Z', 24, () => 10),
    // A kWh more each hour from local midnight on; the hours begin at half past.
    seriesOf(kolkata, '2017-05-31T18:30:00Z', 2 * 96, (quarter) => Math.floor((quarter % 96) / 4)),
  ]);
  return world;
};

const series =
  'type unit interval timeZone from to total coverage points { start date hours sum mean min max coverage }';

// Proves: storage.same-answers
describe.each(engines())('energy over time, on %s', (engine) => {
  let world: EnergyWorld;
  beforeAll(async () => {
    world = await openWorld(engine);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const use = async (id: string, args: string): Promise<readonly EnergySeries[]> =>
    (await world.building<{ energyUse: readonly EnergySeries[] }>(id, `energyUse(${args}) { ${series} }`))
      .energyUse;
  const one = async (id: string, args: string): Promise<EnergySeries> => {
    const [first, ...others] = await use(id, args);
    if (first === undefined || others.length > 0) throw new Error(`${others.length + 1} series`);
    return first;
  };

  // Proves: graph.calendar-days
  test('a day on which clocks go forward has 23 hours and all its readings, one on which they go back 25', async () => {
    const spring = await one(
      'East_office_Ann',
      'range: { from: "2017-03-11", to: "2017-03-13" }, interval: DAY',
    );
    expect(spring.points.map(({ hours, sum, coverage }) => [hours, sum, coverage])).toEqual([
      [24, 96, 1],
      [23, 92, 1],
      [24, 96, 1],
    ]);
    const autumn = await one(
      'East_office_Ann',
      'range: { from: "2017-11-05", to: "2017-11-05" }, interval: DAY',
    );
    expect(autumn.points).toEqual([
      {
        start: '2017-11-05T04:00:00.000Z',
        date: '2017-11-05',
        hours: 25,
        sum: 100,
        mean: 4,
        min: 4,
        max: 4,
        coverage: 1,
      },
    ]);
    expect(autumn).toMatchObject({
      timeZone: 'America/New_York',
      type: 'ELECTRICITY',
      unit: 'KILOWATT_HOUR',
      total: 100,
      coverage: 1,
    });
  });

  // Proves: graph.calendar-days
  test('hours of those days are 23 and 25, from quarter hours', async () => {
    const spring = await one(
      'East_office_Ann',
      'range: { from: "2017-03-12", to: "2017-03-12" }, interval: HOUR',
    );
    expect(spring.points).toHaveLength(23);
    const autumn = await one(
      'East_office_Ann',
      'range: { from: "2017-11-05", to: "2017-11-05" }, interval: HOUR',
    );
    expect(autumn.points).toHaveLength(25);
    expect(new Set(autumn.points.map(({ sum, hours, coverage }) => `${sum} ${hours} ${coverage}`))).toEqual(
      new Set(['4 1 1']),
    );
  });

  // Proves: graph.aggregates
  test('weeks and months are cut at the ends of the range and add up to the days', async () => {
    const range = 'range: { from: "2017-02-22", to: "2017-04-04" }';
    const [days, weeks, months] = await Promise.all(
      ['DAY', 'WEEK', 'MONTH'].map((interval) =>
        one('West_office_Bob', `${range}, interval: ${interval}, types: [ELECTRICITY]`),
      ),
    );
    expect(weeks?.points.map(({ date }) => date)).toEqual([
      '2017-02-22',
      '2017-02-27',
      '2017-03-06',
      '2017-03-13',
      '2017-03-20',
      '2017-03-27',
      '2017-04-03',
    ]);
    expect(months?.points.map(({ date, hours }) => [date, hours])).toEqual([
      ['2017-02-22', 168],
      ['2017-03-01', 743],
      ['2017-04-01', 96],
    ]);
    expect(weeks?.points.map(({ sum }) => sum)).toEqual(
      [5 * 51, 7 * 51, 7 * 51, 7 * 51, 7 * 51, 7 * 51, 2 * 51].map((sum, week) =>
        week === 4 ? sum - 2 : sum,
      ),
    );
    for (const each of [weeks, months]) expect(each?.total).toBe(days?.total);
    expect(months?.points[1]).toMatchObject({ min: 2, max: 5, coverage: 1 });
    expect(months?.points[1]?.mean).toBeCloseTo((months?.points[1]?.sum ?? 0) / 743, 9);
  });

  test('a month that is asked for whole and one that is put together of days are the same', async () => {
    const whole = await one(
      'East_office_Ann',
      'range: { from: "2017-03-01", to: "2017-03-31" }, interval: MONTH',
    );
    const within = await one(
      'East_office_Ann',
      'range: { from: "2017-02-28", to: "2017-04-01" }, interval: MONTH',
    );
    expect(within.points[1]).toEqual(whole.points[0]);
    expect(within.points.map(({ hours }) => hours)).toEqual([24, 743, 24]);
  });

  test('hours begin at half past the hour of UTC in Kolkata', async () => {
    const { points, total } = await one(
      'South_office_Kim',
      'range: { from: "2017-06-01", to: "2017-06-01" }, interval: HOUR',
    );
    expect(points).toHaveLength(24);
    expect(points[0]?.start).toEqual('2017-05-31T18:30:00.000Z');
    expect(points.map(({ sum }) => sum)).toEqual(Array.from({ length: 24 }, (_, hour) => hour * 4));
    expect(points.every(({ coverage }) => coverage === 1)).toBe(true);
    expect(total).toBe((4 * 23 * 24) / 2);
  });

  // Proves: graph.missing-is-null
  test('a bucket without readings is there, with null and a coverage of 0', async () => {
    const { points, total, coverage } = await one(
      'West_office_Bob',
      'range: { from: "2017-05-31", to: "2017-06-02" }, interval: DAY, types: [WATER]',
    );
    expect(points.map(({ sum, mean, min, max, coverage }) => [sum, mean, min, max, coverage])).toEqual([
      [null, null, null, null, 0],
      [230, 10, 10, 10, 23 / 24],
      [10, 10, 10, 10, 1 / 24],
    ]);
    expect([total, coverage]).toEqual([240, 1 / 3]);
  });

  test('a meter that never measured has a series of nothing', async () => {
    expect(
      await one('East_office_Sid', 'range: { from: "2017-06-01", to: "2017-06-01" }, interval: DAY'),
    ).toMatchObject({
      type: 'GAS',
      total: null,
      coverage: 0,
      points: [{ sum: null, coverage: 0 }],
    });
  });

  test('there is a series for each meter type that the building has, of those asked for', async () => {
    const range = 'range: { from: "2017-06-01", to: "2017-06-01" }, interval: DAY';
    expect((await use('West_office_Bob', range)).map(({ type, unit }) => [type, unit])).toEqual([
      ['ELECTRICITY', 'KILOWATT_HOUR'],
      ['WATER', 'LITRE'],
    ]);
    expect((await use('West_office_Bob', `${range}, types: [WATER, GAS]`)).map(({ type }) => type)).toEqual([
      'WATER',
    ]);
    expect(await use('West_office_Bob', `${range}, types: []`)).toEqual([]);
    expect(await use('South_office_Nil', range)).toEqual([]);
  });

  test('time behind the newest data does not count against coverage, and a bucket wholly behind it has none', async () => {
    // The newest interval of all ends with 2017 in New York; London's last hour began five hours before that.
    const { points, coverage } = await one(
      'East_office_Ann',
      'range: { from: "2017-12-30", to: "2018-01-02" }, interval: DAY',
    );
    expect(points.map(({ sum, coverage }) => [sum, coverage])).toEqual([
      [96, 1],
      [96, 1],
      [null, 0],
      [null, 0],
    ]);
    expect(coverage).toBe(1);
    const behind = await one(
      'West_office_Bob',
      'range: { from: "2017-12-31", to: "2018-01-01" }, interval: DAY, types: [ELECTRICITY]',
    );
    expect(behind.coverage).toBeCloseTo(24 / 29, 9);
  });

  test("a named period ends with the day of the newest reading in the building's own zone", async () => {
    // The newest reading is of 2017-12-31 in New York, and of the next morning in London and Kolkata.
    expect(await one('East_office_Ann', 'range: { period: TODAY }, interval: DAY')).toMatchObject({
      from: '2017-12-31',
      to: '2017-12-31',
    });
    expect(
      await one('West_office_Bob', 'range: { period: TODAY }, interval: DAY, types: [WATER]'),
    ).toMatchObject({ from: '2018-01-01' });
    expect(
      await one('West_office_Bob', 'range: { period: LAST_MONTH }, interval: MONTH, types: [ELECTRICITY]'),
    ).toMatchObject({
      from: '2017-12-01',
      to: '2017-12-31',
      total: 31 * 51,
    });
  });

  test('a meter has a series of its own', async () => {
    const { meter } = await world.ask<{ meter: { series: EnergySeries } }>(
      `{ meter(id: "${water.id}") { series(range: { from: "2017-06-01", to: "2017-06-01" }, interval: DAY) { ${series} } } }`,
    );
    expect(meter.series).toMatchObject({
      type: 'WATER',
      unit: 'LITRE',
      timeZone: 'Europe/London',
      total: 230,
    });
  });

  // Proves: graph.totals
  test('a site sums its buildings in their zone, the portfolio its zones by local date', async () => {
    const site = await world.site<{ energyUse: readonly EnergySeries[] }>(
      'East',
      `energyUse(range: { from: "2017-03-12", to: "2017-03-12" }, interval: DAY) { ${series} }`,
    );
    expect(site.energyUse.map(({ type, timeZone, total }) => [type, timeZone, total])).toEqual([
      ['ELECTRICITY', 'America/New_York', 92],
      ['GAS', 'America/New_York', null],
    ]);
    const { portfolioEnergy } = await world.ask<{ portfolioEnergy: readonly EnergySeries[] }>(
      `{ portfolioEnergy(range: { from: "2017-03-12", to: "2017-03-12" }, interval: DAY, types: [ELECTRICITY]) { ${series} } }`,
    );
    // 23 hours at 4 kW in New York and 24 in London; Kolkata was silent.
    expect(portfolioEnergy).toHaveLength(1);
    expect(portfolioEnergy[0]).toMatchObject({ timeZone: null, total: 92 + 51 });
    expect(portfolioEnergy[0]?.points).toMatchObject([
      { start: '2017-03-12T00:00:00.000Z', hours: 24, sum: 92 + 51, min: 2, max: 5 },
    ]);
    expect(portfolioEnergy[0]?.points[0]?.mean).toBeCloseTo(4 + 51 / 24, 9);
    expect(portfolioEnergy[0]?.coverage).toBeCloseTo((23 + 24) / (23 + 24 + 24), 9);
  });

  test('hours of several zones are hours of UTC days', async () => {
    const { portfolioEnergy } = await world.ask<{ portfolioEnergy: readonly EnergySeries[] }>(
      `{ portfolioEnergy(range: { from: "2017-06-01", to: "2017-06-01" }, interval: HOUR, types: [ELECTRICITY], siteIds: ["East", "West"]) { ${series} } }`,
    );
    expect(portfolioEnergy[0]?.points).toHaveLength(24);
    expect(portfolioEnergy[0]?.points.map(({ sum }) => sum)).toEqual(
      Array.from({ length: 24 }, (_, hour) => (hour === 12 ? 9 : 6)),
    );
  });

  // Proves: graph.bad-arguments
  test.each([
    [
      'a year and a day by hour',
      'range: { from: "2016-01-01", to: "2017-01-01" }, interval: HOUR',
      /At most 366 days.*has 367.*series by day/,
    ],
    [
      'eleven years by day',
      'range: { from: "2007-01-01", to: "2017-12-31" }, interval: DAY',
      /At most 3660 days/,
    ],
    ['no range', 'range: {}, interval: DAY', /Either `period`/],
  ])('%s is refused with what is allowed', async (_, args, message) => {
    const { errors } = await world.run(`{ meter(id: "${london.id}") { series(${args}) { total } } }`);
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(message),
      extensions: { code: 'BAD_USER_INPUT', argument: 'range' },
    });
  });

  test('the hours of a site or the portfolio are refused beyond 31 days', async () => {
    const { errors } = await world.run(
      '{ portfolioEnergy(range: { from: "2017-01-01", to: "2017-02-01" }, interval: HOUR) { total } }',
    );
    expect(errors?.[0]?.message).toMatch(/At most 31 days/);
  });
});
