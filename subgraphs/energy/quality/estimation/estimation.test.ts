import { scoreEstimation } from '../../../../bench/estimation.ts';
import { sampleIsHere } from '../../../../test/bdg2/sample.ts';
import { readSample } from '../../../../test/energy/sample-rows.ts';
import type { Basis } from './basis.ts';
import { defaultEstimation } from './default-settings.ts';
import { estimateGap } from './estimate-gap.ts';
import { findGaps } from './find-gaps.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const at = (text: string): number => Date.parse(text);

/** Hours of a meter that uses `valueAt` each; those for which it gives null are missing. */
const basisOf = (
  from: string,
  days: number,
  valueAt: (timeMs: number) => number | null,
  timeZone = 'UTC',
): Basis => ({
  intervalMs: hourMs,
  timeZone,
  valueAt: new Map(
    Array.from({ length: days * 24 }, (_, hour) => at(from) + hour * hourMs).flatMap((timeMs) => {
      const value = valueAt(timeMs);
      return value === null ? [] : [[timeMs, value] as const];
    }),
  ),
});

const gap = (from: string, hours: number) => ({ fromMs: at(from), toMs: at(from) + hours * hourMs });
const within = (timeMs: number, { fromMs, toMs }: { fromMs: number; toMs: number }) =>
  timeMs >= fromMs && timeMs < toMs;

describe('gaps', () => {
  const hours = (...starts: readonly number[]) =>
    starts.map((start) => ({ timeMs: start * hourMs, intervalMs: hourMs }));

  test('are what lies between readings, not before the first or behind the last', () => {
    expect(findGaps(hours(3, 4, 7, 8, 9, 11), hourMs)).toEqual([
      { fromMs: 5 * hourMs, toMs: 7 * hourMs },
      { fromMs: 10 * hourMs, toMs: 11 * hourMs },
    ]);
    expect(findGaps([], hourMs)).toEqual([]);
  });

  test('are whole intervals: a reading that covers more leaves none, a rest shorter than one is none', () => {
    const long = [
      { timeMs: 0, intervalMs: 3 * hourMs },
      ...hours(3),
      { timeMs: 4.5 * hourMs, intervalMs: hourMs },
      { timeMs: 7 * hourMs, intervalMs: hourMs },
    ];
    expect(findGaps(long, hourMs)).toEqual([{ fromMs: 5.5 * hourMs, toMs: 6.5 * hourMs }]);
  });
});

// Proves: quality.estimates-by-the-trade
describe('a gap is filled', () => {
  test('up to two hours on the line between its neighbours', () => {
    const hole = gap('2017-06-07T10:00:00Z', 2);
    const basis = basisOf('2017-06-01', 14, (timeMs) =>
      within(timeMs, hole) ? null : timeMs < hole.fromMs ? 10 : 16,
    );
    expect(estimateGap(basis, hole, defaultEstimation)).toEqual({
      method: 'estimate-interpolated',
      values: [12, 14],
    });
  });

  test('beyond that by the same hours of like days: a Saturday by Saturdays, a Wednesday by working days', () => {
    const kindOf = (timeMs: number) => [3, 2, 2, 2, 2, 2, 1][new Date(timeMs).getUTCDay()] ?? 0;
    const load = (timeMs: number) => kindOf(timeMs) * 10 + new Date(timeMs).getUTCHours();
    for (const [day, kind] of [
      ['2017-06-17', 1],
      ['2017-06-18', 3],
      ['2017-06-14', 2],
    ] as const) {
      const hole = gap(`${day}T08:00:00Z`, 4);
      const basis = basisOf('2017-05-01', 90, (timeMs) => (within(timeMs, hole) ? null : load(timeMs)));
      const estimate = estimateGap(basis, hole, defaultEstimation);
      expect(estimate?.method).toBe('estimate-like-days');
      expect(estimate?.values.map((value) => Number(value.toFixed(9)))).toEqual(
        [8, 9, 10, 11].map((hour) => kind * 10 + hour),
      );
    }
  });

  test('by like days as high as the days around it: a cold spell is filled in as one', () => {
    const hole = gap('2017-06-14T00:00:00Z', 24);
    const spell = { fromMs: hole.fromMs - 3 * dayMs, toMs: hole.toMs + 3 * dayMs };
    const basis = basisOf('2017-05-01', 90, (timeMs) =>
      within(timeMs, hole) ? null : within(timeMs, spell) ? 15 : 10,
    );
    const values = estimateGap(basis, hole, { ...defaultEstimation, wanted: 8 })?.values ?? [];
    expect(values).toHaveLength(24);
    // The like days alone, of which most lie outside of the spell, say 12.
    for (const value of values) expect(Math.abs(value - 15)).toBeLessThan(1);
  });

  test('by the wall clock, also across the night on which clocks change', () => {
    const zone = 'America/New_York';
    const hourThere = (timeMs: number) =>
      Number(
        new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone: zone }).format(timeMs),
      );
    // Clocks went forward on Sunday 12 March 2017 at 07:00 UTC.
    const hole = gap('2017-03-13T05:00:00Z', 8);
    const basis = basisOf(
      '2017-02-01',
      80,
      (timeMs) => (within(timeMs, hole) ? null : hourThere(timeMs)),
      zone,
    );
    expect(
      estimateGap(basis, hole, defaultEstimation)?.values.map((value) => Math.round(value * 1e6) / 1e6),
    ).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('not at all where too few like days were measured, and a short one then only if its neighbours are there', () => {
    const hole = gap('2017-06-03T10:00:00Z', 4);
    const twoWeeks = basisOf('2017-05-28', 14, (timeMs) => (within(timeMs, hole) ? null : 1));
    expect(estimateGap(twoWeeks, hole, defaultEstimation)).toBeNull();
    const short = gap('2017-06-03T10:00:00Z', 1);
    const doubted = basisOf('2017-05-28', 14, (timeMs) =>
      within(timeMs, short) || timeMs === short.toMs ? null : 1,
    );
    expect(estimateGap(doubted, short, defaultEstimation)).toBeNull();
  });
});

const onSample = sampleIsHere ? describe : describe.skip;

// Proves: quality.estimates-are-close
onSample('on real meters with seeded holes', () => {
  test('like days are within 20 % for days, the line within 15 % for two hours, and neither is biased by 5 %', () => {
    const scores = scoreEstimation(
      readSample([
        'Fox_office_Thelma',
        'Fox_education_Andre',
        'Robin_office_Antonina',
        'Robin_education_Billi',
      ]),
      8,
      { lengthsHours: [1, 2, 6, 24, 72] },
    );
    for (const score of scores) {
      const used = score.gapHours <= 2 ? 'interpolated' : 'like days';
      if (score.method !== used) continue;
      expect(score).toMatchObject({ left: 0, holes: 16 });
      expect(score.cvRmse).toBeLessThan(score.gapHours <= 2 ? 0.15 : 0.2);
      expect(Math.abs(score.nmbe)).toBeLessThan(0.05);
    }
  });
});
