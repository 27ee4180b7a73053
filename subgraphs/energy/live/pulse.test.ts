import { addDays } from '../time/local-date.ts';
import { startOfDayMs } from '../time/zone.ts';
import { createPulse, type PulseDay, type PulseReading } from './pulse.ts';

const zone = 'America/New_York';
const hourMs = 3_600_000;

/** Readings of a local day, hour by hour. */
const dayOf = (
  date: string,
  hours: number,
  kwhOf: (hour: number) => number | null,
  meterId = 'm',
): PulseDay => {
  const fromMs = startOfDayMs(date, zone);
  const readings = Array.from({ length: hours }, (_, hour): readonly PulseReading[] => {
    const value = kwhOf(hour);
    return value === null ? [] : [{ meterId, timeMs: fromMs + hour * hourMs, intervalSeconds: 3_600, value }];
  }).flat();
  return { date, fromMs, toMs: startOfDayMs(addDays(date, 1), zone), readings };
};

/** A pulse of 2017-06-20 with `hours` of 1 kWh so far, and earlier Tuesdays of the given kWh an hour. */
const pulseOf = (hours: number, earlier: readonly (number | PulseDay)[], meterIds = ['m']) =>
  createPulse({
    buildingId: 'b',
    type: 'ELECTRICITY',
    zone,
    meterIds,
    days: [
      dayOf('2017-06-20', hours, () => 1),
      ...earlier.map((day, index) =>
        typeof day === 'number' ? dayOf(addDays('2017-06-13', -7 * index), 24, () => day) : day,
      ),
    ],
  });

describe('a normal day', () => {
  // Proves: live.pulse
  test('is the median of the earlier days by the same time', () => {
    expect(pulseOf(10, [1, 5, 2]).read()).toMatchObject({
      normalByNow: 20,
      today: 10,
      ratio: 0.5,
      status: 'BELOW_NORMAL',
    });
    expect(pulseOf(10, [1, 5, 2, 3]).read()).toMatchObject({ normalByNow: 25 });
  });

  test('is unknown with fewer than three', () => {
    expect(pulseOf(10, [1, 5]).read()).toMatchObject({
      normalByNow: null,
      ratio: null,
      status: 'UNKNOWN',
      today: 10,
    });
  });

  test('leaves out days that readings cover by less than 95 % so far, and does not mind what comes later in the day', () => {
    const gap = dayOf('2017-05-30', 24, (hour) => (hour === 3 ? null : 100));
    const lateGap = dayOf('2017-05-30', 24, (hour) => (hour > 12 ? null : 3));
    expect(pulseOf(10, [1, 2, 3, gap]).read()).toMatchObject({ normalByNow: 20 });
    expect(pulseOf(10, [1, 2, 3, lateGap]).read()).toMatchObject({ normalByNow: 25 });
    // One hour of twenty-three is less than 5 %.
    expect(
      pulseOf(23, [1, 2, dayOf('2017-05-30', 24, (hour) => (hour === 3 ? null : 3))]).read(),
    ).toMatchObject({ normalByNow: 46 });
  });

  test('is compared by the clock on the wall: a day on which an hour was skipped has had an hour less by noon', () => {
    const pulse = createPulse({
      buildingId: 'b',
      type: 'ELECTRICITY',
      zone,
      meterIds: ['m'],
      days: [
        dayOf('2017-03-26', 13, () => 1),
        dayOf('2017-03-19', 24, () => 2),
        dayOf('2017-03-12', 23, () => 2),
        dayOf('2017-03-05', 24, () => 2),
      ],
    });
    expect(pulse.read()).toMatchObject({ normalByNow: 26 });
    pulse.apply(dayOf('2017-03-05', 24, () => 1).readings);
    // 13 hours of 2, 12 hours of 2, 13 hours of 1.
    expect(pulse.read()).toMatchObject({ normalByNow: 24 });
  });

  test.each([
    [0.79, 'BELOW_NORMAL'],
    [0.8, 'NORMAL'],
    [1.2, 'NORMAL'],
    [1.21, 'ABOVE_NORMAL'],
  ])('a ratio of %f is %s', (ratio, status) => {
    const normal = 1 / ratio;
    expect(pulseOf(1, [normal, normal, normal]).read().status).toBe(status);
  });

  test('of nothing gives no ratio', () => {
    expect(pulseOf(10, [0, 0, 0]).read()).toMatchObject({ normalByNow: 0, ratio: null, status: 'UNKNOWN' });
  });
});

describe('several meters', () => {
  const twoOn = (date: string, hours: number) => {
    const [a, b] = [dayOf(date, hours, () => 1, 'a'), dayOf(date, hours, () => 10, 'b')];
    return { ...a, readings: [...a.readings, ...b.readings] };
  };
  const earlier = ['2017-06-13', '2017-06-06', '2017-05-30'].map((date) => twoOn(date, 24));

  test('are summed, each with its newest rate', () => {
    const pulse = createPulse({
      buildingId: 'b',
      type: 'WATER',
      zone,
      meterIds: ['a', 'b'],
      days: [twoOn('2017-06-20', 5), ...earlier],
    });
    pulse.apply([
      { meterId: 'a', timeMs: startOfDayMs('2017-06-20', zone) + 5 * hourMs, intervalSeconds: 900, value: 2 },
    ]);
    expect(pulse.read()).toMatchObject({
      unit: 'LITRE',
      today: 57,
      currentRate: 8 + 10,
      asOf: new Date('2017-06-20T09:00:00Z'),
    });
  });

  test('count by those that reported today', () => {
    const pulse = createPulse({
      buildingId: 'b',
      type: 'WATER',
      zone,
      meterIds: ['a', 'b'],
      days: [dayOf('2017-06-20', 5, () => 1, 'a'), ...earlier],
    });
    expect(pulse.read()).toMatchObject({ today: 5, normalByNow: 5, currentRate: 1, status: 'NORMAL' });
  });
});

describe('new readings', () => {
  const at = (date: string, hour: number, value: number, meterId = 'm'): PulseReading => ({
    meterId,
    timeMs: startOfDayMs(date, zone) + hour * hourMs,
    intervalSeconds: 3_600,
    value,
  });

  test('are added, or take the place of the one that they correct', () => {
    const pulse = pulseOf(10, [1, 1, 1]);
    expect(pulse.apply([at('2017-06-20', 10, 4), at('2017-06-20', 0, 0)])).toBe('current');
    expect(pulse.read()).toMatchObject({ today: 13, currentRate: 4, normalByNow: 11 });
  });

  test('of days that do not matter change nothing', () => {
    const pulse = pulseOf(10, [1, 1, 1]);
    const before = pulse.read();
    expect(pulse.apply([at('2017-06-19', 10, 4), at('2016-06-20', 10, 4)])).toBe('current');
    expect(pulse.read()).toEqual(before);
  });

  test('make it stale when they begin a new day, come from an unknown meter, or are the first', () => {
    expect(pulseOf(10, []).apply([at('2017-06-21', 0, 1)])).toBe('stale');
    expect(pulseOf(10, []).apply([at('2017-06-20', 10, 1, 'new')])).toBe('stale');
    const empty = createPulse({ buildingId: 'b', type: 'GAS', zone, meterIds: ['m'], days: [] });
    expect(empty.read()).toEqual({
      buildingId: 'b',
      type: 'GAS',
      unit: 'KILOWATT_HOUR',
      asOf: null,
      currentRate: null,
      date: null,
      today: null,
      normalByNow: null,
      ratio: null,
      status: 'UNKNOWN',
    });
    expect(empty.apply([at('2017-06-20', 0, 1)])).toBe('stale');
  });
});
