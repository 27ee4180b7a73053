import { sampleIsHere } from '../bdg2/sample.ts';
import { engines } from '../kit/engines.ts';
import { readSample, type SampleBuilding, type SampleRow } from './sample-rows.ts';
import { createEnergyWorld, type EnergyWorld, meterOf, office } from './world.ts';

const ids = [
  'Fox_office_Thelma',
  'Fox_education_Andre',
  'Panther_office_Clementine',
  'Panther_lodging_Kirk',
  'Robin_office_Antonina',
  'Robin_education_Billi',
];

const sample = sampleIsHere ? readSample(ids) : [];

const onSample = sampleIsHere ? describe.each(engines()) : describe.skip.each(engines());

const sum = (rows: readonly SampleRow[]) => rows.reduce((total, { kwh }) => total + kwh, 0);
const between = ({ rows }: SampleBuilding, from: string, to: string) =>
  rows.filter(({ date }) => date >= from && date <= to);
const groupsOf = (rows: readonly SampleRow[], keyOf: (row: SampleRow) => string) =>
  [...Map.groupBy(rows, keyOf)].sort(([a], [b]) => (a < b ? -1 : 1));

interface Series {
  readonly total: number;
  readonly coverage: number;
  readonly points: readonly {
    readonly date: string;
    readonly start: string;
    readonly hours: number;
    readonly sum: number | null;
    readonly mean: number | null;
    readonly min: number | null;
    readonly max: number | null;
  }[];
}

// Proves: import.equals-the-files, storage.same-answers
onSample('the real sample, on %s, agrees with plain sums over its file:', (engine) => {
  let world: EnergyWorld;

  const building = (id: string): SampleBuilding =>
    sample.find((one) => one.id === id) ??
    sample[0] ?? { id, siteId: '', timeZone: '', floorAreaSqm: 1, rows: [] };

  beforeAll(async () => {
    world = await createEnergyWorld({
      engine,
      buildings: sample.map(({ id, siteId, timeZone, floorAreaSqm }) =>
        office(id, { siteId, timeZone, floorAreaSqm }),
      ),
      meters: sample.map(({ id }) => meterOf(id)),
    });
    await world.load(
      sample.map(({ id, rows }) => ({
        meterId: `${id}:electricity`,
        intervalSeconds: 3_600,
        timesMs: Float64Array.from(rows, ({ timeMs }) => timeMs),
        values: Float64Array.from(rows, ({ kwh }) => kwh),
      })),
    );
  }, 60_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  const series = async (id: string, from: string, to: string, interval: string): Promise<Series> => {
    const { energyUse } = await world.building<{ energyUse: readonly Series[] }>(
      id,
      `energyUse(range: { from: "${from}", to: "${to}" }, interval: ${interval}) { total coverage points { date start hours sum mean min max } }`,
    );
    const [only] = energyUse;
    if (only === undefined) throw new Error('no series');
    return only;
  };

  // Proves: graph.aggregates
  test.each(ids)('the months of two years of %s', async (id) => {
    const { points, total } = await series(id, '2016-01-01', '2017-12-31', 'MONTH');
    const months = groupsOf(building(id).rows, ({ date }) => date.slice(0, 7));
    expect(points.map(({ date }) => date)).toEqual(months.map(([month]) => `${month}-01`));
    for (const [index, [, rows]] of months.entries()) {
      expect(points[index]?.sum).toBeCloseTo(sum(rows), 4);
      expect(points[index]?.mean).toBeCloseTo(sum(rows) / rows.length, 6);
      expect(points[index]?.min).toBeCloseTo(Math.min(...rows.map(({ kwh }) => kwh)), 9);
      expect(points[index]?.max).toBeCloseTo(Math.max(...rows.map(({ kwh }) => kwh)), 9);
    }
    expect(total).toBeCloseTo(sum(building(id).rows), 3);
  });

  test.each(ids)('the days of a month and the hours of a day of %s', async (id) => {
    const days = await series(id, '2017-03-01', '2017-03-31', 'DAY');
    expect(days.points.map(({ sum }) => sum?.toFixed(6))).toEqual(
      groupsOf(between(building(id), '2017-03-01', '2017-03-31'), ({ date }) => date).map(([, rows]) =>
        sum(rows).toFixed(6),
      ),
    );
    const hours = await series(id, '2017-06-01', '2017-06-01', 'HOUR');
    expect(hours.points.map(({ start, sum }) => [Date.parse(start), sum])).toEqual(
      between(building(id), '2017-06-01', '2017-06-01').map(({ timeMs, kwh }) => [timeMs, kwh]),
    );
  });

  test('the weeks of a year', async () => {
    const { points } = await series('Robin_office_Antonina', '2017-01-02', '2017-12-31', 'WEEK');
    const mondayOf = ({ date, dayOfWeek }: SampleRow) =>
      new Date(Date.parse(date) - (dayOfWeek - 1) * 86_400_000).toISOString().slice(0, 10);
    const weeks = groupsOf(between(building('Robin_office_Antonina'), '2017-01-02', '2017-12-31'), mondayOf);
    expect(points.map(({ date, sum }) => [date, sum?.toFixed(6)])).toEqual(
      weeks.map(([monday, rows]) => [monday, sum(rows).toFixed(6)]),
    );
  });

  // Proves: graph.intensity
  test.each(ids)('the intensity of %s', async (id) => {
    const { energyUseIntensity } = await world.building<{
      energyUseIntensity: Readonly<Record<string, unknown>>;
    }>(
      id,
      'energyUseIntensity(range: { from: "2017-01-01", to: "2017-12-31" }) { kwhPerSqm kwhPerSqmYear energyKwh floorAreaSqm coverage byType { type energyKwh } }',
    );
    const rows = between(building(id), '2017-01-01', '2017-12-31');
    const { floorAreaSqm } = building(id);
    expect(energyUseIntensity['floorAreaSqm']).toBe(floorAreaSqm);
    expect(energyUseIntensity['energyKwh']).toBeCloseTo(sum(rows), 4);
    expect(energyUseIntensity['kwhPerSqm']).toBeCloseTo(sum(rows) / floorAreaSqm, 8);
    expect(energyUseIntensity['kwhPerSqmYear']).toBeCloseTo(
      (sum(rows) / (rows.length / 24) / floorAreaSqm) * 365,
      6,
    );
    expect(energyUseIntensity['coverage']).toBeCloseTo(rows.length / 8_760, 6);
  });

  // Proves: graph.comparison
  test.each(ids)('the comparison of %s with earlier', async (id) => {
    const { energyComparison } = await world.building<{
      energyComparison: Readonly<Record<string, { from: string; to: string; total: number; mean: number }>>;
    }>(
      id,
      `energyComparison(range: { from: "2017-05-01", to: "2017-05-31" }) {
         current { from to total mean } previousPeriod { from to total mean } samePeriodLastYear { from to total mean }
         changeFromPreviousPeriod changeFromLastYear
       }`,
    );
    const [now, before, lastYear] = [
      ['2017-05-01', '2017-05-31'],
      ['2017-03-31', '2017-04-30'],
      ['2016-05-01', '2016-05-31'],
    ].map(([from = '', to = '']) => ({ from, to, rows: between(building(id), from, to) }));
    for (const [name, expected] of Object.entries({
      current: now,
      previousPeriod: before,
      samePeriodLastYear: lastYear,
    })) {
      expect(energyComparison[name]).toMatchObject({ from: expected?.from, to: expected?.to });
      expect(energyComparison[name]?.total).toBeCloseTo(sum(expected?.rows ?? []), 4);
    }
    const mean = (rows: readonly SampleRow[] = []) => sum(rows) / rows.length;
    expect(energyComparison['changeFromPreviousPeriod']).toBeCloseTo(
      (mean(now?.rows) - mean(before?.rows)) / mean(before?.rows),
      8,
    );
    expect(energyComparison['changeFromLastYear']).toBeCloseTo(
      (mean(now?.rows) - mean(lastYear?.rows)) / mean(lastYear?.rows),
      8,
    );
  });

  // Proves: graph.load-shape
  test.each(ids)('the mean week, base load and peak of %s', async (id) => {
    const args = '(range: { from: "2017-01-01", to: "2017-12-31" })';
    const answer = await world.building<{
      loadProfile: {
        hours: readonly {
          dayOfWeek: number;
          hour: number;
          mean: number;
          min: number;
          max: number;
          sampleCount: number;
        }[];
      };
      baseLoad: { rate: number; shareOfMean: number; dayCount: number };
      peakDemand: { rate: number; time: string; loadFactor: number };
    }>(
      id,
      `loadProfile${args} { hours { dayOfWeek hour mean min max sampleCount } } baseLoad${args} { rate shareOfMean dayCount } peakDemand${args} { rate time loadFactor }`,
    );
    const rows = between(building(id), '2017-01-01', '2017-12-31');

    for (const { dayOfWeek, hour, mean, min, max, sampleCount } of answer.loadProfile.hours) {
      const same = rows
        .filter((row) => row.dayOfWeek === dayOfWeek && row.hour === hour)
        .map(({ kwh }) => kwh);
      expect([min, max, sampleCount]).toEqual([Math.min(...same), Math.max(...same), same.length]);
      expect(mean).toBeCloseTo(same.reduce((a, b) => a + b, 0) / same.length, 8);
    }

    const days = groupsOf(rows, ({ date }) => date).map(([, day]) => day);
    expect(days.map(({ length }) => length).filter((length) => length < 23)).toEqual([]);
    const lows = days.map((day) => Math.min(...day.map(({ kwh }) => kwh)));
    const base = lows.reduce((a, b) => a + b, 0) / lows.length;
    expect(answer.baseLoad.dayCount).toBe(365);
    expect(answer.baseLoad.rate).toBeCloseTo(base, 8);
    expect(answer.baseLoad.shareOfMean).toBeCloseTo(base / (sum(rows) / rows.length), 8);

    const highest = Math.max(...rows.map(({ kwh }) => kwh));
    expect(answer.peakDemand.rate).toBe(highest);
    expect(Date.parse(answer.peakDemand.time)).toBe(rows.find(({ kwh }) => kwh === highest)?.timeMs);
    expect(answer.peakDemand.loadFactor).toBeCloseTo(sum(rows) / rows.length / highest, 8);
  });

  // Proves: graph.top-consumers
  test('the ranking of all, by total and by square metre', async () => {
    const range = '{ from: "2017-02-01", to: "2017-09-15" }';
    const fields = 'rank building { id } total perSqm share coverage';
    const { byTotal, byArea } = await world.ask<
      Record<
        'byTotal' | 'byArea',
        readonly { rank: number; building: { id: string }; total: number; perSqm: number; share: number }[]
      >
    >(
      `{ byTotal: topConsumers(range: ${range}) { ${fields} } byArea: topConsumers(range: ${range}, by: INTENSITY, first: 3) { ${fields} } }`,
    );
    const totals = sample.map((one) => ({
      id: one.id,
      total: sum(between(one, '2017-02-01', '2017-09-15')),
      area: one.floorAreaSqm,
    }));
    const all = totals.reduce((total, one) => total + one.total, 0);
    const expected = totals.toSorted((a, b) => b.total - a.total);
    expect(byTotal.map(({ rank, building }) => [rank, building.id])).toEqual(
      expected.map(({ id }, index) => [index + 1, id]),
    );
    for (const [index, one] of byTotal.entries()) {
      expect(one.total).toBeCloseTo(expected[index]?.total ?? 0, 4);
      expect(one.share).toBeCloseTo((expected[index]?.total ?? 0) / all, 8);
    }
    const dense = totals.toSorted((a, b) => b.total / b.area - a.total / a.area).slice(0, 3);
    expect(byArea.map(({ building }) => building.id)).toEqual(dense.map(({ id }) => id));
    for (const [index, one] of byArea.entries())
      expect(one.perSqm).toBeCloseTo((dense[index]?.total ?? 0) / (dense[index]?.area ?? 1), 8);
  });

  // Proves: graph.totals
  test('the months of the portfolio and of a site', async () => {
    const monthsOf = (some: readonly SampleBuilding[]) =>
      groupsOf(
        some.flatMap((one) => between(one, '2016-11-01', '2017-02-28')),
        ({ date }) => date.slice(0, 7),
      ).map(([month, rows]) => [`${month}-01`, sum(rows).toFixed(3)]);
    const args = 'range: { from: "2016-11-01", to: "2017-02-28" }, interval: MONTH';
    const { portfolioEnergy } = await world.ask<{ portfolioEnergy: readonly Series[] }>(
      `{ portfolioEnergy(${args}) { total points { date sum } } }`,
    );
    expect(portfolioEnergy[0]?.points.map(({ date, sum }) => [date, sum?.toFixed(3)])).toEqual(
      monthsOf(sample),
    );
    const { energyUse } = await world.site<{ energyUse: readonly Series[] }>(
      'Fox',
      `energyUse(${args}) { points { date sum } }`,
    );
    expect(energyUse[0]?.points.map(({ date, sum }) => [date, sum?.toFixed(3)])).toEqual(
      monthsOf(sample.filter(({ siteId }) => siteId === 'Fox')),
    );
  });
});
