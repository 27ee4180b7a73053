import type { EnergyBuilding, EnergyMeter } from '../store/buildings.ts';
import { changeBetween } from './comparison.ts';
import { coverageOf, expectedSeconds, rangeCoverage, sharedZone } from './coverage.ts';
import { rank } from './ranking.ts';
import { toSeries } from './series.ts';

const meter = (facts: Partial<EnergyMeter> = {}): EnergyMeter => ({
  meterNo: 1,
  id: 'b:electricity',
  buildingId: 'b',
  type: 'ELECTRICITY',
  intervalSeconds: 3_600,
  firstReadingAt: null,
  lastReadingAt: null,
  timeZone: 'UTC',
  ...facts,
});
const scope = (meters: readonly EnergyMeter[], from: string, to = from) => ({
  meters,
  range: { from, to },
  timeZone: sharedZone(meters),
});
const sum = (of: number) => ({ sum: of, mean: of, min: of, max: of, coveredSeconds: 3_600 });

describe('what meters could have measured', () => {
  test('is the length of each bucket, for each meter', () => {
    expect(expectedSeconds(scope([meter(), meter()], '2017-06-01', '2017-06-02'), 'DAY', null)).toEqual([
      172_800, 172_800,
    ]);
  });

  test("ends with the newest data, at the end of an interval of the meter's own", () => {
    const dataEndMs = Date.parse('2017-06-01T10:45:00Z');
    const day = (intervalSeconds: number) =>
      expectedSeconds(scope([meter({ intervalSeconds })], '2017-06-01'), 'DAY', dataEndMs);
    expect(day(900)).toEqual([10.75 * 3_600]);
    expect(day(3_600)).toEqual([10 * 3_600]);
    expect(expectedSeconds(scope([meter()], '2017-06-02'), 'DAY', dataEndMs)).toEqual([0]);
  });

  test("is each zone's own where there are several, and UTC's hours by hour", () => {
    const meters = [meter({ timeZone: 'America/New_York' }), meter({ timeZone: 'Europe/London' })];
    expect(sharedZone(meters)).toBeNull();
    expect(expectedSeconds(scope(meters, '2017-03-12'), 'DAY', null)).toEqual([(23 + 24) * 3_600]);
    expect(expectedSeconds(scope(meters, '2017-03-12'), 'HOUR', null)).toEqual(Array(24).fill(7_200));
  });

  test('is nothing without meters', () => {
    expect(sharedZone([])).toBeNull();
    expect(rangeCoverage(scope([], '2017-06-01'), 0, null)).toBe(0);
  });

  test('is never exceeded: readings that overlap cover all, not more', () => {
    expect(coverageOf(7_200, 3_600)).toBe(1);
  });
});

describe('a series', () => {
  test('takes two sums of one bucket together', () => {
    const { points } = toSeries(
      scope([meter()], '2017-06-01'),
      { type: 'ELECTRICITY', interval: 'HOUR', dataEndMs: null },
      [
        { ...sum(2), startMs: Date.parse('2017-06-01T05:00:00Z') },
        { ...sum(4), startMs: Date.parse('2017-06-01T05:30:00Z'), coveredSeconds: 1_200 },
      ],
    );
    expect(points[5]).toMatchObject({
      sum: 6,
      mean: (2 * 3_600 + 4 * 1_200) / 4_800,
      min: 2,
      max: 4,
      coverage: 1,
    });
    expect(points.filter(({ sum }) => sum !== null)).toHaveLength(1);
  });
});

describe('a change', () => {
  const period = (mean: number | null) => ({
    from: '2017-06-01',
    to: '2017-06-01',
    total: mean,
    mean,
    coverage: 1,
  });

  test.each([
    [10, 11, 0.1],
    [10, 5, -0.5],
    [0, 5, null],
    [null, 5, null],
    [5, null, null],
  ])('from %p to %p is %p', (before, now, change) => {
    const between = changeBetween(period(before), period(now));
    if (change === null) expect(between).toBeNull();
    else expect(between).toBeCloseTo(change, 9);
  });
});

describe('a ranking', () => {
  const building = (id: string, floorAreaSqm: number | null): EnergyBuilding => ({
    id,
    siteId: 's',
    timeZone: 'UTC',
    floorAreaSqm,
    meters: [],
  });

  test('puts equal buildings in the order of their ids', () => {
    const ranked = rank(
      ['c', 'a', 'b'].map((id) => ({ building: building(id, null), total: sum(5) })),
      'TOTAL',
    );
    expect(ranked.map(({ building, rank, perSqm, share }) => [building.id, rank, perSqm, share])).toEqual([
      ['a', 1, null, 1 / 3],
      ['b', 2, null, 1 / 3],
      ['c', 3, null, 1 / 3],
    ]);
  });

  test('by area leaves out buildings of unknown or no area, from the shares too', () => {
    const ranked = rank(
      [
        { building: building('a', 100), total: sum(50) },
        { building: building('b', null), total: sum(1_000) },
        { building: building('c', 0), total: sum(1_000) },
        { building: building('d', 10), total: sum(50) },
      ],
      'INTENSITY',
    );
    expect(ranked.map(({ building, perSqm, share }) => [building.id, perSqm, share])).toEqual([
      ['d', 5, 0.5],
      ['a', 0.5, 0.5],
    ]);
  });

  test('of nothing used has no shares', () => {
    expect(rank([{ building: building('a', 100), total: sum(0) }], 'TOTAL')).toMatchObject([{ share: 0 }]);
  });
});
