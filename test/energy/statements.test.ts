import { createEnergyWorld, type EnergyWorld, meterOf, office, seriesOf } from './world.ts';

const ids = Array.from(
  { length: 20 },
  (_, index) => `S${index % 3}_office_B${String(index).padStart(2, '0')}`,
);
const zones = ['America/New_York', 'Europe/London', 'Asia/Kolkata'];
const meters = ids.flatMap((id) => [meterOf(id), meterOf(id, { type: 'GAS' })]);

const range = '(range: { from: "2017-06-01", to: "2017-06-30" })';
const use = (interval: string) =>
  `energyUse(range: { from: "2017-05-20", to: "2017-06-30" }, interval: ${interval}) { type total points { sum } }`;

// Proves: graph.statements
describe('a list of 20 buildings costs as many statements as one building', () => {
  let world: EnergyWorld;
  beforeAll(async () => {
    world = await createEnergyWorld({
      buildings: ids.map((id, index) => office(id, { timeZone: zones[index % 3] ?? 'UTC' })),
      meters,
    });
    await world.load(meters.map((meter) => seriesOf(meter, '2017-06-01T00:00:00Z', 72, (hour) => hour)));
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const statementsOf = async (work: () => Promise<unknown>): Promise<number> => {
    world.database.forgetStatements();
    await work();
    return world.database.statements.length;
  };

  // The first statement reads the buildings with their meters, the second the clock of the data where the field needs it.
  test.each<[string, string, number]>([
    ['meters', 'meters { totalCount nodes { id unit building { id } } pageInfo { endCursor } }', 1],
    ['the newest reading of each meter', 'meters { nodes { latestReading { value meter { id } } } }', 2],
    [
      'raw readings of each meter',
      'meters { nodes { readings(from: "2017-06-01T00:00:00Z", to: "2017-06-02T00:00:00Z", first: 5) { nodes { value meter { id } } } } }',
      2,
    ],
    [
      'a series of each meter',
      'meters { nodes { series(range: { period: LAST_7_DAYS }, interval: DAY) { total } } }',
      3,
    ],
    ['energy by day', use('DAY'), 3],
    ['energy by week', use('WEEK'), 3],
    ['energy by month', use('MONTH'), 3],
    [
      'energy by day, with how much of it is estimated',
      'energyUse(range: { from: "2017-06-01", to: "2017-06-30" }, interval: DAY) { total estimatedShare points { estimatedShare } }',
      4,
    ],
    [
      'data quality, and that of each meter',
      'dataQuality(range: { period: LAST_7_DAYS }) { completeness days { date } } meters { nodes { dataQuality(range: { period: LAST_7_DAYS }) { validity } } }',
      3,
    ],
    [
      'the lineage of a day of each meter, and its edits',
      'meters { nodes { lineage(at: "2017-06-01T00:00:00Z", interval: DAY) { readings origins { kind } setAside { reason } } edits { id } } }',
      5,
    ],
    ['intensity', `energyUseIntensity${range} { kwhPerSqm byType { type } }`, 3],
    [
      'comparison',
      `energyComparison${range} { current { total } changeFromPreviousPeriod changeFromLastYear }`,
      3,
    ],
    ['newest readings', 'latestReadings { value meter { id } }', 2],
    // Kolkata's hours are made of raw readings: one statement more for however many buildings there are.
    ['energy by hour', use('HOUR'), 4],
    ['load profile', `loadProfile${range} { hours { mean } }`, 4],
    ['base load', `baseLoad${range} { rate }`, 4],
    ['peak demand', `peakDemand${range} { rate }`, 4],
  ])('%s', async (_, selection, statements) => {
    expect(await statementsOf(() => world.buildings(ids, selection))).toBe(statements);
    expect(await statementsOf(() => world.buildings(ids.slice(0, 3), selection))).toBe(statements);
  });

  test('several fields share what they have in common, and one field asked for twice is one statement', async () => {
    const selection = `
      may: energyUse(range: { from: "2017-05-01", to: "2017-05-31" }, interval: DAY) { total }
      june: energyUse(range: { from: "2017-06-01", to: "2017-06-30" }, interval: DAY) { total }
      energyUseIntensity${range} { kwhPerSqm }
      energyComparison${range} { changeFromLastYear }
      latestReadings { value }`;
    // Buildings, clock, days, totals of intensity and comparison together, newest readings.
    expect(await statementsOf(() => world.buildings(ids, selection))).toBe(5);
  });

  test('sites, the portfolio, the ranking and lists of meters', async () => {
    const sites = () =>
      world.ask(
        'query($all: [_Any!]!) { _entities(representations: $all) { ... on Site { energyUse(range: { period: LAST_7_DAYS }, interval: DAY) { total } } } }',
        {
          variables: { all: ['S0', 'S1', 'S2'].map((id) => ({ __typename: 'Site', id })) },
        },
      );
    expect(await statementsOf(sites)).toBe(3);
    expect(
      await statementsOf(() =>
        world.ask('{ portfolioEnergy(range: { period: LAST_7_DAYS }, interval: DAY) { type total } }'),
      ),
    ).toBe(3);
    expect(
      await statementsOf(() => world.ask('{ topConsumers(range: { period: LAST_7_DAYS }) { rank } }')),
    ).toBe(3);
    expect(await statementsOf(() => world.ask('{ meters { nodes { id } } }'))).toBe(1);
    expect(
      await statementsOf(() => world.ask('{ meters { totalCount nodes { id latestReading { value } } } }')),
    ).toBe(3);
    const readings = (from: string) =>
      `readings(from: "${from}", to: "2017-06-03T00:00:00Z") { nodes { value } }`;
    expect(
      await statementsOf(() =>
        world.ask(
          `{ meters { nodes { a: ${readings('2017-06-01T00:00:00Z')} b: ${readings('2017-06-02T00:00:00Z')} } } }`,
        ),
      ),
    ).toBe(3);
  });
});
