import type { MeterSeries } from '../meter-series.ts';
import { faultKinds, type SyntheticFaultKind } from './faults.ts';
import { createSyntheticPortfolio, type InjectedFault } from './portfolio.ts';

const hourMs = 3_600_000;
const portfolio = createSyntheticPortfolio({ seed: 1 });
const range = { fromMs: Date.UTC(2023, 0, 1), toMs: Date.UTC(2025, 0, 1) };
const injected = portfolio.listFaults(range);

/** What history hands out for a fault's hours, and what a healthy meter would have counted. */
async function around(
  fault: InjectedFault,
): Promise<{ reported: (number | undefined)[]; healthy: number[]; times: number }> {
  const [fromMs, toMs] = [Date.parse(fault.from), Date.parse(fault.to)];
  const series: MeterSeries[] = [];
  for await (const batch of portfolio.history({ fromMs, toMs }))
    series.push(...batch.filter(({ meterId }) => meterId === fault.meterId));
  const byTime = new Map(
    series.flatMap(({ timesMs, values }) =>
      [...timesMs].map((time, index) => [time, values[index]] as const),
    ),
  );
  const meter = portfolio.meters.find(({ facts }) => facts.id === fault.meterId);
  return {
    reported: Array.from({ length: fault.hours }, (_, hour) => byTime.get(fromMs + hour * hourMs)),
    healthy: [...(meter?.model.hours(fromMs / hourMs, toMs / hourMs) ?? [])],
    times: series.reduce((sum, { timesMs }) => sum + timesMs.length, 0),
  };
}

/** How each kind shows in the data. */
const shows: Record<
  SyntheticFaultKind,
  (reported: readonly number[], healthy: readonly number[], fault: InjectedFault) => boolean
> = {
  STUCK: (reported) => reported.every((value) => value === reported[0] && value > 0),
  ZERO_RUN: (reported) => reported.every((value) => value === 0),
  SPIKE: (reported, healthy) => reported.every((value, hour) => value >= 8 * (healthy[hour] ?? Infinity)),
  LEVEL_SHIFT: (reported, healthy, { factor }) =>
    reported.every((value, hour) => value === (healthy[hour] ?? 0) * (factor ?? 0)),
  UNIT_JUMP: (reported, healthy) => reported.every((value, hour) => value === (healthy[hour] ?? 0) * 1000),
  GAP: () => true,
  DUPLICATE: (reported, healthy) => reported.every((value, hour) => value === healthy[hour]),
  NIGHT_WASTE: (reported, healthy) => reported.every((value, hour) => value >= (healthy[hour] ?? Infinity)),
};

describe('injected faults', () => {
  test('are of every kind, about one a meter in two years', () => {
    expect(new Set(injected.map(({ kind }) => kind))).toEqual(new Set(faultKinds));
    expect(injected.length).toBeGreaterThan(90);
    expect(injected.length).toBeLessThan(270);
  });

  // Proves: synthetic.faults-listed
  test.each(faultKinds)('of kind %s are in the data, where and as large as they are listed', async (kind) => {
    const faults = injected
      .filter((fault) => fault.kind === kind && Date.parse(fault.from) >= range.fromMs)
      .slice(0, 6);
    expect(faults.length).toBeGreaterThan(2);
    for (const fault of faults) {
      const { reported, healthy, times } = await around(fault);
      const present = reported.filter((value) => value !== undefined);
      expect(present).toHaveLength(kind === 'GAP' ? 0 : fault.hours);
      expect(times).toBe(kind === 'DUPLICATE' ? 2 * fault.hours : present.length);
      expect(shows[kind](present, healthy, fault)).toBe(true);
      const effect =
        present.reduce((sum, value) => sum + value, 0) - healthy.reduce((sum, value) => sum + value, 0);
      expect(fault.effect).toBeCloseTo(effect, 3);
    }
  });

  // Proves: synthetic.faults-listed
  test('are all that is wrong: elsewhere a meter reports what a healthy one counts', () => {
    const [fromHour, toHour] = [range.fromMs / hourMs, range.toMs / hourMs];
    for (const { model, faults } of portfolio.meters) {
      const healthy = model.hours(fromHour, toHour);
      const reported = faults.reported(fromHour, toHour);
      for (const fault of faults.during(fromHour, toHour)) {
        const [from, to] = [Math.max(0, fault.fromHour - fromHour), fault.toHour - fromHour];
        reported.set(healthy.subarray(from, to), from);
      }
      expect(Buffer.compare(Buffer.from(reported.buffer), Buffer.from(healthy.buffer))).toBe(0);
    }
  });

  test('are large enough to be found', () => {
    for (const { kind, effect } of injected)
      if (kind !== 'DUPLICATE' && kind !== 'STUCK') expect(Math.abs(effect)).toBeGreaterThan(0);
  });

  test('never overlap in one meter', () => {
    for (const { faults } of portfolio.meters) {
      const listed = faults.during(range.fromMs / hourMs, range.toMs / hourMs);
      for (const [index, fault] of listed.entries())
        expect(fault.fromHour).toBeGreaterThanOrEqual(listed[index - 1]?.toHour ?? 0);
    }
  });
});
