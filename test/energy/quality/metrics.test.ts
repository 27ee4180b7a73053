import { createQualityWatch, type QualityFell } from '../../../subgraphs/energy/quality/metrics/watch.ts';
import { engines } from '../../kit/engines.ts';
import { principalFor } from '../../kit/token.ts';
import { within } from '../../kit/wait.ts';
import { createEnergyWorld, type EnergyWorld, meterOf, office, seriesOf } from '../world.ts';

const whole = 'Hill_office_Whole';
const broken = 'Hill_office_Broken';
const zone = 'America/New_York';
const meters = [
  meterOf(whole),
  meterOf(broken),
  meterOf(broken, { type: 'GAS', intervalSeconds: 900 }),
] as const;
const [wholeMeter, brokenMeter, gasMeter] = meters;
const days = 12;
/** Local midnight of 4 June. */
const start = Date.parse('2017-06-04T04:00:00Z');
const hourMs = 3_600_000;

/** On the last day but one the broken building lost 18 of 24 hours. */
const lost = (timeMs: number): boolean =>
  timeMs >= start + (days - 2) * 24 * hourMs + 6 * hourMs && timeMs < start + (days - 1) * 24 * hourMs;

interface Measures {
  readonly completeness: number | null;
  readonly validity: number | null;
  readonly timeliness: number | null;
  readonly uniqueness: number | null;
}

const measures = 'completeness validity timeliness uniqueness readings estimated';

describe.each(engines())('data quality on %s', (engine) => {
  let world: EnergyWorld;
  beforeEach(async () => {
    world = await createEnergyWorld({
      engine,
      buildings: [office(whole, { timeZone: zone }), office(broken, { timeZone: zone })],
      meters,
      clock: () => start + days * 24 * hourMs,
    });
    await world.load([
      seriesOf(wholeMeter, new Date(start).toISOString(), days * 24, () => 1),
      seriesOf(brokenMeter, new Date(start).toISOString(), days * 24, (_, timeMs) =>
        lost(timeMs) ? null : 1,
      ),
      seriesOf(gasMeter, new Date(start).toISOString(), days * 96, () => 1),
    ]);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  // Proves: quality.measures
  test('is measured by day, meter, building and portfolio, and only for what the caller may see', async () => {
    const range = 'range: { from: "2017-06-13", to: "2017-06-15" }';
    const building = await world.building<{ dataQuality: Measures & { days: readonly unknown[] } }>(
      broken,
      `dataQuality(${range}) { from to ${measures} days { date ${measures} } } meters { nodes { type dataQuality(${range}) { completeness } } }`,
    );
    expect(building).toEqual({
      dataQuality: {
        ...{ from: '2017-06-13', to: '2017-06-15', timeliness: null, uniqueness: null, validity: 1 },
        completeness: expect.closeTo((144 - 18) / 144, 9),
        readings: 3 * 96 + 72 - 18,
        estimated: 0,
        days: [
          expect.objectContaining({ date: '2017-06-13', completeness: 1, readings: 120 }),
          expect.objectContaining({ date: '2017-06-14', completeness: 0.625, readings: 102 }),
          expect.objectContaining({ date: '2017-06-15', completeness: 1, readings: 120 }),
        ],
      },
      meters: {
        nodes: [
          { type: 'ELECTRICITY', dataQuality: { completeness: 0.75 } },
          { type: 'GAS', dataQuality: { completeness: 1 } },
        ],
      },
    });
    const portfolio = `{ portfolioDataQuality(${range}) { completeness readings days { date } }
      worstMeters(${range}, first: 2) { rank value meter { id } quality { completeness } } }`;
    expect(await world.ask(portfolio)).toEqual({
      portfolioDataQuality: {
        completeness: expect.closeTo((216 - 18) / 216, 9),
        readings: 3 * 96 + 2 * 72 - 18,
        days: [],
      },
      worstMeters: [
        { rank: 1, value: 0.75, meter: { id: brokenMeter.id }, quality: { completeness: 0.75 } },
        { rank: 2, value: 1, meter: { id: gasMeter.id }, quality: { completeness: 1 } },
      ],
    });
    const principal = principalFor('viewer', { buildings: [whole] });
    expect(await world.ask(portfolio, { principal })).toMatchObject({
      portfolioDataQuality: { completeness: 1, readings: 72 },
      worstMeters: [{ meter: { id: wholeMeter.id } }],
    });
    expect(await world.building(broken, `dataQuality(${range}) { readings }`, { principal })).toEqual({
      dataQuality: null,
    });
  });

  test('estimates mend sums, not the completeness; edits and doubts show in the validity', async () => {
    await world.quality.estimate({ by: 'test' });
    await world.pool.query(
      `update energy.reading set quality = 1 where meter_no = (select meter_no from energy.meter where id = $1) and time < $2`,
      [wholeMeter.id, new Date(start + 6 * hourMs)],
    );
    const range = 'range: { from: "2017-06-04", to: "2017-06-15" }';
    const ask = (id: string) =>
      world.building<{ dataQuality: unknown }>(
        id,
        `dataQuality(${range}) { completeness validity readings estimated }`,
      );
    expect((await ask(whole)).dataQuality).toMatchObject({
      completeness: 1,
      validity: (288 - 6) / 288,
      estimated: 0,
    });
    expect((await ask(broken)).dataQuality).toMatchObject({
      completeness: expect.closeTo((576 - 18) / 576, 9),
      readings: days * 120,
      estimated: 18,
    });
  });

  // Proves: quality.fell
  test('that falls is told once, to those who may see it, and summed up for the metrics', async () => {
    const watch = createQualityWatch({ pool: world.pool, bus: world.bus });
    const subscribe = (principal: ReturnType<typeof principalFor>) =>
      world.subgraph.subscribe({
        query: 'subscription { dataQualityFell { meter { id } date measure value usual } }',
        principal,
      });
    const opened = await subscribe(principalFor('viewer', { buildings: [broken] }));
    if (!(Symbol.asyncIterator in opened)) throw new Error(opened.errors?.[0]?.message);
    const next = opened.next();
    // Two hours after the end of the day it is judged.
    await world.pool.query('delete from energy.reading where time >= $1', [
      new Date(start + ((days - 1) * 24 + 3) * hourMs),
    ]);
    await world.pool.query('update energy.meter set last_reading_at = $1', [
      new Date(start + ((days - 1) * 24 + 2) * hourMs),
    ]);
    const fell: QualityFell = {
      meterId: brokenMeter.id,
      buildingId: broken,
      type: 'ELECTRICITY',
      ...{ date: '2017-06-14', measure: 'completeness', value: 0.25, usual: 1 },
    };
    expect(await watch.look()).toEqual([fell]);
    expect(await watch.look()).toEqual([]);
    const { value } = await within(next, { what: 'the fall' });
    expect(value?.data).toEqual({
      dataQualityFell: {
        meter: { id: brokenMeter.id },
        ...{ date: '2017-06-14', measure: 'COMPLETENESS', value: 0.25, usual: 1 },
      },
    });
    await opened.return?.();
    const { rows } = await world.pool.query(
      'select meter_type, completeness, validity, timeliness from energy.quality_summary order by 1',
    );
    expect(rows).toEqual([
      { meter_type: 'ELECTRICITY', completeness: 0.625, validity: 1, timeliness: null },
      { meter_type: 'GAS', completeness: 1, validity: 1, timeliness: null },
    ]);
  });

  test('of what came live says how much came in time and how much twice', async () => {
    const { rows } = await world.pool.query<{ id: number }>(
      `insert into energy.origin (kind, source, received_at) values ('stream', 'http', $1), ('stream', 'http', $2) returning id`,
      [new Date(start + (days * 24 - 24) * hourMs), new Date(start + (days * 24 + 24) * hourMs)],
    );
    const [inTime, late] = rows.map(({ id }) => id);
    const lastDay = new Date(start + (days - 1) * 24 * hourMs);
    await world.pool.query(
      `update energy.reading set origin = case when time < $2::timestamptz + interval '18 hours' then $3::int else $4::int end
       where time >= $2 and meter_no = (select meter_no from energy.meter where id = $1)`,
      [wholeMeter.id, lastDay, inTime, late],
    );
    await world.pool.query(
      `insert into energy.vee_rule (no, name) values (99, 'duplicate') on conflict do nothing`,
    );
    await world.pool.query(
      `insert into energy.reading_set_aside (meter_no, interval_s, time, value, quality, rule, reason, by)
       select meter_no, 3600, $2::timestamptz + n * interval '1 hour', 1, 0, (select no from energy.vee_rule where name = 'duplicate'), 'rejected', 'vee'
       from energy.meter, generate_series(0, 7) n where id = $1`,
      [wholeMeter.id, lastDay],
    );
    await createQualityWatch({ pool: world.pool, bus: world.bus }).look();
    const found = await world.building(
      whole,
      'dataQuality(range: { from: "2017-06-14", to: "2017-06-15" }) { days { date timeliness uniqueness } }',
    );
    expect(found).toEqual({
      dataQuality: {
        days: [
          { date: '2017-06-14', timeliness: null, uniqueness: null },
          { date: '2017-06-15', timeliness: 0.75, uniqueness: 0.75 },
        ],
      },
    });
  });
});
