import { type RealMeter, readMeters } from '../../bench/detect/read-meters.ts';
import { replay } from '../../bench/detect/replay.ts';
import { delayOf, precisionOf, recallOf } from '../../bench/detect/score.ts';
import { asItIs, trial, tunedOn } from '../../bench/detect/trial.ts';
import { bdg2Dir, sampleIsHere } from '../bdg2/sample.ts';

const onSample = sampleIsHere ? describe : describe.skip;
const hourMs = 3_600_000;

onSample('detection on real meters', () => {
  let meters: readonly RealMeter[];
  beforeAll(async () => {
    meters = await readMeters(bdg2Dir);
  });

  // Proves: detect.back-filled
  test("finds Panther's back-filled months whole, from the first hour to the last", () => {
    const panther = meters.filter(({ id }) => id.startsWith('Panther_'));
    expect(panther).toHaveLength(15);
    for (const meter of panther) {
      const stuck = replay(asItIs(meter), meter.timeZone).filter(({ kind }) => kind === 'STUCK');
      const covers = (fromMs: number, toMs: number): boolean =>
        stuck.some(({ startMs, endMs }) => startMs <= fromMs && endMs >= toMs);
      const runs = equalRuns(meter).filter(({ fromMs }) => fromMs < Date.parse('2016-05-21T00:00:00Z'));
      const days = runs.filter(({ hours }) => hours >= 24);
      expect(days.length).toBeGreaterThanOrEqual(2);
      expect([meter.id, days.filter(({ fromMs, toMs }) => !covers(fromMs, toMs))]).toEqual([meter.id, []]);
      // Some runs of half a day pass where the data are so full of repeats that they could be chance.
      const hours = (some: typeof runs) => some.reduce((sum, run) => sum + run.hours, 0);
      const found = hours(runs.filter(({ fromMs, toMs }) => covers(fromMs, toMs)));
      expect([meter.id, found / hours(runs) >= 0.85]).toEqual([meter.id, true]);
    }
  });

  // Proves: detect.score
  test('finds injected faults in held-out meters, and little else', () => {
    const some = meters
      .filter(({ id }) => /^(Fox|Robin)_/.test(id) && !tunedOn(id))
      .filter((_, index) => index % 2 === 0);
    const { kinds, untrue, meterMonths } = trial(some, [401]);
    const figures = Object.fromEntries(
      kinds.map((kind) => [
        kind.kind,
        { precision: precisionOf(kind), recall: recallOf(kind), delay: delayOf(kind) },
      ]),
    );
    for (const kind of ['STUCK', 'ZERO_RUN', 'GAP', 'DUPLICATE', 'UNIT_JUMP']) {
      expect([kind, (figures[kind]?.precision ?? 0) >= 0.9, (figures[kind]?.recall ?? 0) >= 0.9]).toEqual([
        kind,
        true,
        true,
      ]);
    }
    // A quarter of the trial that the documents report on: of some 50 shifts and 150 spikes a few decide.
    expect(figures['LEVEL_SHIFT']?.precision).toBeGreaterThanOrEqual(0.8);
    expect(figures['LEVEL_SHIFT']?.recall).toBeGreaterThanOrEqual(0.8);
    expect(figures['SPIKE']?.precision).toBeGreaterThanOrEqual(0.7);
    expect(figures['SPIKE']?.recall).toBeGreaterThanOrEqual(0.7);
    expect(figures['SPIKE']?.delay).toBeLessThanOrEqual(1);
    expect(untrue.length / meterMonths).toBeLessThan(1);
  });
});

/** Six or more equal values in a row, by plain counting. */
function equalRuns({ timesMs, values }: RealMeter) {
  const runs: { readonly fromMs: number; readonly toMs: number; readonly hours: number }[] = [];
  let from = 0;
  for (let index = 1; index <= values.length; index += 1) {
    if (values[index] === values[from]) continue;
    const [fromMs = 0, lastMs = 0] = [timesMs[from], timesMs[index - 1]];
    if (index - from >= 6) runs.push({ fromMs, toMs: lastMs + hourMs, hours: index - from });
    from = index;
  }
  return runs;
}
