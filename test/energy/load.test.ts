import { engines } from '../kit/engines.ts';
import { createEnergyWorld, type EnergyWorld, meterOf, office, seriesOf } from './world.ts';

const zone = 'America/New_York';
const steady = meterOf('East_office_Ann');
const main = meterOf('East_lab_Two', { number: '1' });
const annex = meterOf('East_lab_Two', { number: '2', intervalSeconds: 900 });
const retired = meterOf('East_lab_Two', { number: '3' });
const empty = meterOf('East_office_Nil');
const zero = meterOf('East_office_Off');
const kim = meterOf('South_office_Kim', { intervalSeconds: 900 });
const daily = meterOf('East_office_Day', { intervalSeconds: 86_400 });

const midnight = Date.parse('2017-03-06T05:00:00Z'); // a Monday
const hourOf = (timeMs: number) => Math.round((timeMs - midnight) / 3_600_000);

async function openWorld(engine: 'native' | 'timescale'): Promise<EnergyWorld> {
  const world = await createEnergyWorld({
    engine,
    buildings: [
      ...['East_office_Ann', 'East_lab_Two', 'East_office_Nil', 'East_office_Off', 'East_office_Day'].map(
        (id) => office(id, { timeZone: zone }),
      ),
      office('South_office_Kim', { timeZone: 'Asia/Kolkata' }),
    ],
    meters: [steady, main, annex, retired, empty, zero, kim, daily],
  });
  await world.load([
    // Three weeks, Monday 6 to Sunday 26 March; clocks go forward on the 12th. By night 2 kW, at noon 10 kW.
    seriesOf(steady, '2017-03-06T05:00:00Z', 21 * 24 - 1, (hour, timeMs) => {
      // Tuesday the 14th has lost two hours of the night: 22 of 24 are too few. Wednesday lost one: 23 are enough.
      if (
        [hourOf(Date.parse('2017-03-14T05:00:00Z')), hourOf(Date.parse('2017-03-14T06:00:00Z'))].includes(
          hour,
        )
      )
        return null;
      if (timeMs === Date.parse('2017-03-15T06:00:00Z')) return null;
      const local = new Intl.DateTimeFormat('en-GB', {
        timeZone: zone,
        hour: '2-digit',
        hour12: false,
      }).format(timeMs);
      return Number(local) === 12 ? 10 : 2;
    }),
    // The lab's meters: 3 kW, and 4 quarter hours of 1 kWh; the annex misses the first hour of the second day.
    seriesOf(main, '2017-03-06T05:00:00Z', 48, (hour) => (hour === 30 ? 5 : 3)),
    seriesOf(annex, '2017-03-06T05:00:00Z', 192, (quarter) => (quarter >= 96 && quarter < 100 ? null : 1)),
    seriesOf(retired, '2016-03-06T05:00:00Z', 24, () => 100),
    seriesOf(zero, '2017-03-06T05:00:00Z', 24, () => 0),
    seriesOf(kim, '2017-03-05T18:30:00Z', 96, (quarter) => (Math.floor(quarter / 4) === 9 ? 2 : 1)),
    seriesOf(daily, '2017-03-06T05:00:00Z', 5, (day) => (day + 1) * 24),
  ]);
  return world;
}

interface Loads {
  readonly loadProfile: {
    readonly timeZone: string;
    readonly from: string;
    readonly hours: readonly {
      readonly dayOfWeek: number;
      readonly hour: number;
      readonly mean: number | null;
      readonly min: number | null;
      readonly max: number | null;
      readonly sampleCount: number;
    }[];
  } | null;
  readonly baseLoad: {
    readonly rate: number;
    readonly shareOfMean: number | null;
    readonly dayCount: number;
    readonly unit: string;
  } | null;
  readonly peakDemand: {
    readonly rate: number;
    readonly time: string;
    readonly loadFactor: number | null;
  } | null;
}

// Proves: graph.load-shape, storage.same-answers
describe.each(engines())('the load of a building, on %s', (engine) => {
  let world: EnergyWorld;
  beforeAll(async () => {
    world = await openWorld(engine);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const loads = (id: string, from: string, to: string, type = 'ELECTRICITY') => {
    const args = `(range: { from: "${from}", to: "${to}" }, type: ${type})`;
    return world.building<Loads>(
      id,
      `loadProfile${args} { type unit from to timeZone hours { dayOfWeek hour mean min max sampleCount } }
       baseLoad${args} { type unit rate shareOfMean dayCount }
       peakDemand${args} { type unit rate time loadFactor }`,
    );
  };

  test('the mean week has 168 hours by the local clock, whatever clocks did', async () => {
    const { loadProfile } = await loads('East_office_Ann', '2017-03-06', '2017-03-26');
    expect(loadProfile?.timeZone).toBe(zone);
    expect(loadProfile?.hours).toHaveLength(168);
    expect(loadProfile?.hours[0]).toEqual({ dayOfWeek: 1, hour: 0, mean: 2, min: 2, max: 2, sampleCount: 3 });
    expect(loadProfile?.hours[36]).toEqual({
      dayOfWeek: 2,
      hour: 12,
      mean: 10,
      min: 10,
      max: 10,
      sampleCount: 3,
    });
    // Sunday 12 March had no hour from 2 to 3.
    expect(loadProfile?.hours[6 * 24 + 2]).toMatchObject({ dayOfWeek: 7, hour: 2, sampleCount: 2 });
    expect(loadProfile?.hours.reduce((sum, { sampleCount }) => sum + sampleCount, 0)).toBe(21 * 24 - 1 - 3);
  });

  test('the base load is the mean of the lowest hours of the days that readings cover by 95 %', async () => {
    const { baseLoad } = await loads('East_office_Ann', '2017-03-06', '2017-03-26');
    // The 14th does not count; the 12th does, with its 23 hours, and the 15th with 23 of 24.
    const hours = 21 * 24 - 1 - 24 - 1;
    expect(baseLoad).toMatchObject({ rate: 2, dayCount: 20, unit: 'KILOWATT_HOUR' });
    expect(baseLoad?.shareOfMean).toBeCloseTo(2 / ((20 * 10 + (hours - 20) * 2) / hours), 9);
  });

  test('the peak is the first of the highest hours, and the load factor the mean over it', async () => {
    const { peakDemand } = await loads('East_office_Ann', '2017-03-06', '2017-03-26');
    expect(peakDemand).toMatchObject({ rate: 10, time: '2017-03-06T17:00:00.000Z' });
    const hours = 21 * 24 - 1 - 3;
    expect(peakDemand?.loadFactor).toBeCloseTo((21 * 10 + (hours - 21) * 2) / hours / 10, 9);
  });

  test('the load of several meters is their sum, of the hours that all of those in service measured', async () => {
    const { loadProfile, baseLoad, peakDemand } = await loads('East_lab_Two', '2017-03-06', '2017-03-07');
    expect(loadProfile?.hours[0]).toMatchObject({ mean: 7, sampleCount: 1 });
    // The annex missed Tuesday's first hour: 3 kW alone would be no load of the lab. The meter retired last year is not waited for.
    expect(loadProfile?.hours[24]).toMatchObject({ mean: null, min: null, max: null, sampleCount: 0 });
    expect(baseLoad).toMatchObject({ rate: 7, dayCount: 2 });
    expect(peakDemand).toMatchObject({ rate: 9, time: '2017-03-07T11:00:00.000Z' });
  });

  test('local hours that begin at half past are made of the quarter hours in them', async () => {
    const { loadProfile, peakDemand, baseLoad } = await loads('South_office_Kim', '2017-03-06', '2017-03-06');
    expect(loadProfile?.hours[9]).toMatchObject({ dayOfWeek: 1, hour: 9, mean: 8 });
    expect(loadProfile?.hours[8]).toMatchObject({ mean: 4 });
    expect(loadProfile?.hours[10]).toMatchObject({ mean: 4 });
    expect(peakDemand).toMatchObject({ rate: 8, time: '2017-03-06T03:30:00.000Z' });
    expect(baseLoad).toMatchObject({ rate: 4, dayCount: 1 });
  });

  test('a meter read once a day has loads too: the mean of each day', async () => {
    const { baseLoad, peakDemand } = await loads('East_office_Day', '2017-03-06', '2017-03-10');
    expect(baseLoad).toMatchObject({ rate: 3, shareOfMean: 1, dayCount: 5 });
    expect(peakDemand).toMatchObject({ rate: 5, loadFactor: 3 / 5 });
  });

  test('a building that used nothing has a load of 0 and no ratios', async () => {
    const { baseLoad, peakDemand } = await loads('East_office_Off', '2017-03-06', '2017-03-06');
    expect(baseLoad).toMatchObject({ rate: 0, shareOfMean: null, dayCount: 1 });
    expect(peakDemand).toMatchObject({ rate: 0, loadFactor: null });
  });

  test('without readings there is a week of nothing, and neither base nor peak', async () => {
    const nothing = await loads('East_office_Nil', '2017-03-06', '2017-03-26');
    expect(nothing.loadProfile?.hours).toHaveLength(168);
    expect(
      new Set(nothing.loadProfile?.hours.map(({ mean, sampleCount }) => `${mean} ${sampleCount}`)),
    ).toEqual(new Set(['null 0']));
    expect(nothing).toMatchObject({ baseLoad: null, peakDemand: null });
  });

  test('without a meter of the type there is nothing at all', async () => {
    expect(await loads('East_office_Ann', '2017-03-06', '2017-03-26', 'STEAM')).toEqual({
      loadProfile: null,
      baseLoad: null,
      peakDemand: null,
    });
  });

  test.each(['loadProfile', 'baseLoad', 'peakDemand'])('%s takes 366 days at most', async (field) => {
    const { data, errors } = await world.run(
      `{ _entities(representations: [{ __typename: "Building", id: "East_office_Ann" }]) { ... on Building { ${field}(range: { from: "2016-01-01", to: "2017-01-01" }) { type } } } }`,
    );
    expect(errors?.[0]?.message).toMatch(
      /At most 366 days are allowed here; 2016-01-01 to 2017-01-01 has 367/,
    );
    // A fault costs the field, not the building.
    expect(data).toEqual({ _entities: [{ [field]: null }] });
  });
});
