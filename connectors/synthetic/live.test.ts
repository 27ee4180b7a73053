import { createLeapingClock } from '../../test/connectors/leaping-clock.ts';
import { createRecordingSink, type Written } from '../../test/connectors/recording-sink.ts';
import { createSyntheticLive } from './live.ts';
import { createSyntheticPortfolio } from './portfolio.ts';

const [secondMs, minuteMs, hourMs] = [1000, 60_000, 3_600_000];
const portfolio = createSyntheticPortfolio({ seed: 1, buildings: 20 });
const start = Date.UTC(2024, 4, 7, 10, 30);

interface LiveOptions {
  readonly speed?: number;
  readonly startMs?: number;
  readonly storedUntilMs?: (meterId: string) => number;
  /** Writes after which it is told to stop. */
  readonly writes: number;
  /** Wall time that a write takes; may throw. */
  readonly onWrite?: (write: number) => number;
}

async function run({
  writes,
  onWrite = () => 0,
  startMs = start,
  storedUntilMs = () => startMs,
  ...options
}: LiveOptions) {
  const clock = createLeapingClock(startMs);
  const controller = new AbortController();
  let write = 0;
  const sink = createRecordingSink(clock, () => {
    write += 1;
    if (write >= writes) controller.abort();
    clock.pass(onWrite(write));
  });
  const log = { info: () => undefined, warn: () => undefined };
  const live = createSyntheticLive({ portfolio, sink, clock, log, storedUntilMs, ...options });
  await live.run(controller.signal);
  return { written: sink.written, batches: sink.batches, live };
}

function byMeter(written: readonly Written[]): Map<string, Written[]> {
  return Map.groupBy(written, ({ meterId }) => meterId);
}

/** What the hourly history says of an hour; undefined in a gap. */
function hourOf(meterId: string, timeMs: number): number | undefined {
  const meter = portfolio.meters.find(({ facts }) => facts.id === meterId);
  const value = meter?.faults.reported(timeMs / hourMs, timeMs / hourMs + 1)[0];
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

describe('the synthetic portfolio, live', () => {
  test('reports every minute when it is over', async () => {
    const { written } = await run({ writes: 10 });
    for (const { atMs, timeMs, intervalSeconds } of written) {
      expect(intervalSeconds).toBe(60);
      expect(atMs).toBe(timeMs + minuteMs);
    }
    expect(byMeter(written).size).toBeGreaterThan(portfolio.meters.length - 5);
  });

  // Proves: live.synthetic
  test('is a minute a second at speed 60', async () => {
    const { written, live } = await run({ writes: 10, speed: 60 });
    for (const { atMs, timeMs } of written)
      expect(atMs).toBe(start + ((timeMs + minuteMs - start) / minuteMs) * secondMs);
    expect(live.now()).toBe(start + 10 * minuteMs);
  });

  // Proves: live.synthetic
  test('adds up, minute by minute, to the hour of the history; where that has a gap, live has one', async () => {
    const from = Date.UTC(2024, 4, 7, 10);
    const { written } = await run({ startMs: from, writes: 61 });
    const minutes = byMeter(written.filter(({ timeMs }) => timeMs < from + hourMs));
    for (const { facts } of portfolio.meters) {
      const readings = minutes
        .get(facts.id)
        ?.filter((one, index, all) => all.findIndex(({ timeMs }) => timeMs === one.timeMs) === index);
      const hour = hourOf(facts.id, from);
      expect(readings?.length).toBe(hour === undefined ? undefined : 60);
      if (hour === undefined || readings === undefined) continue;
      expect(Math.abs(readings.reduce((sum, { value }) => sum + value, 0) - hour)).toBeLessThanOrEqual(
        1e-9 * Math.max(1, hour),
      );
    }
  });

  test('makes up for what was missed: the begun hour by minutes, whole hours by hours, then minutes', async () => {
    const stoppedAt = start - 5 * hourMs - 7 * minuteMs;
    const { written } = await run({ writes: 1, storedUntilMs: () => stoppedAt });
    const meterId =
      portfolio.meters.find(
        ({ faults }) => faults.during(stoppedAt / hourMs - 1, start / hourMs + 1).length === 0,
      )?.facts.id ?? '';
    const mine = byMeter(written).get(meterId) ?? [];
    expect(mine.map(({ timeMs }) => timeMs)).toEqual([
      ...Array.from({ length: 37 }, (_, minute) => stoppedAt + minute * minuteMs),
      ...Array.from({ length: 4 }, (_, hour) => Date.UTC(2024, 4, 7, 6 + hour)),
      ...Array.from({ length: 30 }, (_, minute) => Date.UTC(2024, 4, 7, 10, minute)),
    ]);
    for (const { intervalSeconds, timeMs, value } of mine)
      if (intervalSeconds === 3600) expect(value).toBe(hourOf(meterId, timeMs));
  });

  test('continues each meter where its own readings end', async () => {
    const [first, second] = portfolio.meters.map(({ facts }) => facts.id);
    const { written } = await run({
      writes: 1,
      storedUntilMs: (meterId) => start - (meterId === first ? 3 : meterId === second ? 2 : 0) * minuteMs,
    });
    expect(written.map(({ meterId, timeMs }) => [meterId, (start - timeMs) / minuteMs])).toEqual([
      [first, 3],
      [first, 2],
      [first, 1],
      [second, 2],
      [second, 1],
    ]);
  });

  test("goes on ahead of the wall's clock when an earlier, faster run has got there", async () => {
    const ahead = start + 9 * hourMs;
    const { written, live } = await run({ writes: 2, storedUntilMs: () => ahead });
    expect(written[0]?.timeMs).toBe(ahead);
    expect(live.now()).toBe(ahead + 2 * minuteMs);
  });

  test('gives a slow sink more minutes at once, and loses none', async () => {
    const { written, batches } = await run({
      writes: 6,
      onWrite: (write) => (write === 1 ? 5 * minuteMs : 0),
    });
    const [meterId = ''] = byMeter(written).keys();
    const times = (byMeter(written).get(meterId) ?? []).map(({ timeMs }) => timeMs);
    expect(times).toEqual(Array.from({ length: times.length }, (_, minute) => start + minute * minuteMs));
    expect(batches[1]).toBe(5 * (batches[0] ?? 0));
  });

  test('keeps what the sink refuses and tries again', async () => {
    const { written } = await run({
      writes: 6,
      onWrite(write) {
        if (write === 2 || write === 3) throw new Error('database away');
        return 0;
      },
    });
    const [meterId = ''] = byMeter(written).keys();
    const times = (byMeter(written).get(meterId) ?? []).map(({ timeMs }) => timeMs);
    expect(times).toEqual(Array.from({ length: times.length }, (_, minute) => start + minute * minuteMs));
    expect(times.length).toBeGreaterThan(3);
  });

  test('has a speed above zero', async () => {
    await expect(run({ writes: 1, speed: -1 })).rejects.toThrow('above zero');
  });
});
