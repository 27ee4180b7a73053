import { principalFor } from '../kit/token.ts';
import { createEnergyWorld, type EnergyWorld, meterOf, office, seriesOf } from './world.ts';

const mine = 'Hill_office_Mine';
const theirs = 'Hill_office_Theirs';
const range = 'range: { from: "2017-06-01", to: "2017-06-02" }';

// Proves: identity.granted-buildings
describe('a caller who was granted one building', () => {
  let world: EnergyWorld;
  beforeAll(async () => {
    world = await createEnergyWorld({
      buildings: [office(mine), office(theirs)],
      meters: [meterOf(mine), meterOf(theirs)],
    });
    await world.load([
      seriesOf(meterOf(mine), '2017-06-01T00:00:00Z', 24, () => 1),
      seriesOf(meterOf(theirs), '2017-06-01T00:00:00Z', 48, () => 10),
    ]);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const principal = principalFor('viewer', { buildings: [mine] });
  const nobody = principalFor('viewer', { buildings: [] });

  const everything = `
    meters { totalCount nodes { id } }
    energyUse(${range}, interval: DAY) { total }
    byHour: energyUse(${range}, interval: HOUR) { total }
    byWeek: energyUse(${range}, interval: WEEK) { total }
    byMonth: energyUse(${range}, interval: MONTH) { total }
    energyUseIntensity(${range}) { energyKwh }
    energyComparison(${range}) { current { total } }
    loadProfile(${range}) { timeZone }
    baseLoad(${range}) { rate }
    peakDemand(${range}) { rate }
    latestReadings { value }`;

  test('sees all of it, and nothing at all of another', async () => {
    const [own, other] = await world.buildings<Record<string, unknown>>([mine, theirs], everything, {
      principal,
    });
    expect(own).toMatchObject({
      meters: { totalCount: 1 },
      energyUse: [{ total: 24 }],
      byHour: [{ total: 24 }],
      latestReadings: [{ value: 1 }],
    });
    const nothing = {
      meters: { totalCount: 0, nodes: [] },
      energyUse: [],
      byHour: [],
      byWeek: [],
      byMonth: [],
      energyUseIntensity: null,
      energyComparison: null,
      loadProfile: null,
      baseLoad: null,
      peakDemand: null,
      latestReadings: [],
    };
    expect(other).toEqual(nothing);
    expect(await world.buildings([mine], everything, { principal: nobody })).toEqual([nothing]);
  });

  test('gets sums, rankings, lists and the clock of that building alone', async () => {
    const query = `{
      portfolioEnergy(${range}, interval: DAY) { total }
      topConsumers(${range}) { building { id } share }
      meters { totalCount nodes { id } }
      meter(id: "${theirs}:electricity") { id }
      asOf
    }`;
    expect(await world.ask(query, { principal })).toEqual({
      portfolioEnergy: [{ total: 24 }],
      topConsumers: [{ building: { id: mine }, share: 1 }],
      meters: { totalCount: 1, nodes: [{ id: `${mine}:electricity` }] },
      meter: null,
      asOf: '2017-06-01T23:00:00.000Z',
    });
    expect(await world.site('Hill', `energyUse(${range}, interval: DAY) { total }`, { principal })).toEqual({
      energyUse: [{ total: 24 }],
    });
    expect(await world.ask(query, { principal: nobody })).toEqual({
      portfolioEnergy: [],
      topConsumers: [],
      meters: { totalCount: 0, nodes: [] },
      meter: null,
      asOf: null,
    });
  });

  test('cannot store readings of another, nor without the scope', async () => {
    const mutation = `mutation { ingestReadings(readings: [
      { meterId: "${mine}:electricity", time: "2017-06-01T00:00:00Z", value: 1 },
      { meterId: "${theirs}:electricity", time: "2017-06-01T00:00:00Z", value: 11 }
    ]) { stored unchanged rejected results { index status error { code message } } } }`;
    const { ingestReadings } = await world.ask<{ ingestReadings: unknown }>(mutation, {
      principal: principalFor('integrator', { buildings: [mine] }),
    });
    expect(ingestReadings).toMatchObject({
      stored: 0,
      unchanged: 1,
      rejected: 1,
      results: [
        { index: 0, status: 'UNCHANGED', error: null },
        { index: 1, status: 'REJECTED', error: { code: 'FORBIDDEN_METER' } },
      ],
    });
    const { errors } = await world.run(mutation, { principal });
    expect(errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
  });

  test('needs the scope energy:read for every field', async () => {
    const without = { ...principal, scopes: new Set() as typeof principal.scopes };
    for (const query of [
      '{ asOf }',
      '{ meters { totalCount } }',
      `{ portfolioEnergy(${range}, interval: DAY) { total } }`,
    ]) {
      const { errors } = await world.run(query, { principal: without });
      expect(errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
    }
  });
});

describe('answers name the buildings that they depend on', () => {
  let world: EnergyWorld;
  beforeAll(async () => {
    world = await createEnergyWorld({
      buildings: [office(mine), office(theirs)],
      meters: [meterOf(mine), meterOf(theirs)],
    });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const tagsOf = async (query: string) => (await world.run(query)).extensions?.tags;
  const ofBuilding = (selection: string, type = 'Building', id = mine) =>
    `{ _entities(representations: [{ __typename: "${type}", id: "${id}" }]) { ... on ${type} { ${selection} } } }`;

  test.each([
    ['meters { totalCount }'],
    [`energyUse(${range}, interval: DAY) { total }`],
    [`energyUseIntensity(${range}) { energyKwh }`],
    [`energyComparison(${range}) { changeFromLastYear }`],
    [`loadProfile(${range}) { timeZone }`],
    [`baseLoad(${range}) { rate }`],
    [`peakDemand(${range}) { rate }`],
    ['latestReadings { value }'],
  ])('a building by its tag: %s', async (selection) => {
    expect(await tagsOf(ofBuilding(selection))).toEqual([`energy:${mine}`]);
  });

  test('a building that is not there by its tag too, so that its coming is noticed', async () => {
    expect(await tagsOf(ofBuilding('latestReadings { value }', 'Building', 'nowhere'))).toEqual([
      'energy:nowhere',
    ]);
  });

  test('a site and a page of meters by those of all their buildings', async () => {
    expect(await tagsOf(ofBuilding(`energyUse(${range}, interval: DAY) { total }`, 'Site', 'Hill'))).toEqual([
      `energy:${mine}`,
      `energy:${theirs}`,
    ]);
    expect(await tagsOf('{ meters { nodes { id } } }')).toEqual([`energy:${mine}`, `energy:${theirs}`]);
  });

  test('a meter and what hangs on it by that of its building', async () => {
    const readings = 'readings(from: "2017-06-01T00:00:00Z", to: "2017-06-02T00:00:00Z") { nodes { value } }';
    for (const selection of [
      'id',
      'latestReading { value }',
      readings,
      `series(${range}, interval: DAY) { total }`,
    ]) {
      expect(await tagsOf(`{ meter(id: "${mine}:electricity") { ${selection} } }`)).toEqual([
        `energy:${mine}`,
      ]);
    }
  });

  test.each([
    ['asOf'],
    [`portfolioEnergy(${range}, interval: DAY) { total }`],
    [`topConsumers(${range}) { rank }`],
    ['meter(id: "nowhere:gas") { id }'],
  ])('the portfolio by `energy`: %s', async (field) => {
    expect(await tagsOf(`{ ${field} }`)).toEqual(['energy']);
  });
});
