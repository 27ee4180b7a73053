import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { MeterSeries } from '../meter-series.ts';
import { createZoneOffsets } from '../zone-offsets.ts';
import { createSyntheticPortfolio, defaultHistory, type HistoryRange } from './portfolio.ts';

const hourMs = 3_600_000;
const range: HistoryRange = { fromMs: Date.UTC(2024, 0, 1), toMs: Date.UTC(2025, 0, 1) };

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(Object.groupBy(items, key)).map(([name, group]) => [name, group?.length ?? 0]),
  );
}

/** Everything in a range, as meter -> time -> value; a repeated reading must repeat its value. */
async function collect(
  batches: AsyncIterable<readonly MeterSeries[]>,
): Promise<Map<string, Map<number, number>>> {
  const all = new Map<string, Map<number, number>>();
  for await (const batch of batches)
    for (const { meterId, timesMs, values } of batch) {
      const readings = all.get(meterId) ?? new Map<number, number>();
      for (const [index, time] of timesMs.entries()) readings.set(time, values[index] ?? Number.NaN);
      all.set(meterId, readings);
    }
  return all;
}

const digestProgram = `
  import { createHash } from 'node:crypto';
  import { createSyntheticPortfolio } from './connectors/synthetic/portfolio.ts';
  const portfolio = createSyntheticPortfolio({ seed: 7, buildings: 12 });
  const hash = createHash('sha256').update(JSON.stringify([portfolio.buildings, portfolio.listFaults(${JSON.stringify(range)})]));
  for await (const batch of portfolio.history(${JSON.stringify(range)})) for (const { values } of batch) hash.update(values);
  process.stdout.write(hash.digest('hex'));`;

describe('the synthetic portfolio', () => {
  // Proves: synthetic.mix
  test("has BDG2's mix: 60 buildings with 180 meters at 4 sites, 1,000 with 3,000", () => {
    const small = createSyntheticPortfolio({ seed: 1 });
    expect([small.sites.length, small.buildings.length, small.meters.length]).toEqual([4, 60, 180]);
    expect(countBy(small.meters, ({ facts }) => facts.type)).toEqual({
      ELECTRICITY: 58,
      CHILLED_WATER: 44,
      STEAM: 30,
      HOT_WATER: 16,
      GAS: 15,
      WATER: 12,
      IRRIGATION: 4,
      SOLAR: 1,
    });
    expect(countBy(small.buildings, ({ primaryUse }) => primaryUse)).toMatchObject({
      EDUCATION: 23,
      OFFICE: 11,
      ASSEMBLY: 8,
      LODGING: 6,
    });
    const large = createSyntheticPortfolio({ seed: 1, buildings: 1000 });
    expect([large.buildings.length, large.meters.length]).toEqual([1000, 3000]);
    expect(new Set(large.buildings.map(({ id }) => id)).size).toBe(1000);
    expect(new Set(large.meters.map(({ facts }) => facts.buildingId)).size).toBe(1000);
  });

  test('names its buildings as BDG2 does, in zones and climates of their own', () => {
    const { buildings, sites } = createSyntheticPortfolio({ seed: 1 });
    expect(
      buildings.every(({ id, siteId }) => new RegExp(`^${siteId}_[a-z]+_[A-Z][A-Za-z0-9]+$`).test(id)),
    ).toBe(true);
    expect(new Set(sites.map(({ timeZone }) => timeZone)).size).toBe(4);
    const areas = buildings.map(({ floorAreaSqm }) => floorAreaSqm ?? 0);
    expect(Math.min(...areas)).toBeGreaterThan(100);
    expect(Math.max(...areas)).toBeLessThan(150_000);
  });

  test('is another for another seed', async () => {
    const [one, two] = [1, 2].map((seed) => createSyntheticPortfolio({ seed }));
    expect(one?.buildings.map(({ id }) => id)).not.toEqual(two?.buildings.map(({ id }) => id));
  });

  // Proves: synthetic.same-everywhere
  test('is the same in every process', async () => {
    const portfolio = createSyntheticPortfolio({ seed: 7, buildings: 12 });
    const hash = createHash('sha256').update(
      JSON.stringify([portfolio.buildings, portfolio.listFaults(range)]),
    );
    for await (const batch of portfolio.history(range)) for (const { values } of batch) hash.update(values);
    const elsewhere = execFileSync(process.execPath, ['--input-type=module', '-e', digestProgram], {
      encoding: 'utf8',
    });
    expect(elsewhere).toBe(hash.digest('hex'));
  });

  test('is the same whether made at once or hour by hour', async () => {
    const portfolio = createSyntheticPortfolio({ seed: 3, buildings: 8 });
    const span = { fromMs: Date.UTC(2024, 1, 27), toMs: Date.UTC(2024, 2, 4) };
    const whole = await collect(portfolio.history(span));
    const again = createSyntheticPortfolio({ seed: 3, buildings: 8 });
    for (let fromMs = span.toMs - hourMs; fromMs >= span.fromMs; fromMs -= hourMs) {
      const hour = await collect(again.history({ fromMs, toMs: fromMs + hourMs }));
      for (const [meterId, readings] of hour)
        expect(readings.get(fromMs)).toBe(whole.get(meterId)?.get(fromMs));
    }
  });

  test('comes month by month in UTC, in batches of about the size asked for', async () => {
    const portfolio = createSyntheticPortfolio({ seed: 1 });
    const months: string[] = [];
    for await (const batch of portfolio.history({ ...range, batchReadings: 50_000 })) {
      const inBatch = new Set(
        batch.flatMap(({ timesMs }) =>
          [timesMs[0], timesMs.at(-1)].map((time) => new Date(time ?? 0).toISOString().slice(0, 7)),
        ),
      );
      expect(inBatch.size).toBe(1);
      expect(batch.reduce((sum, { values }) => sum + values.length, 0)).toBeLessThan(50_744);
      months.push(...inBatch);
    }
    expect(months).toEqual(months.toSorted());
    expect(new Set(months).size).toBe(12);
  });

  test('never reports a value that is negative or no number', async () => {
    const wrong: number[] = [];
    for await (const batch of createSyntheticPortfolio({ seed: 5, buildings: 20 }).history(range))
      for (const { values } of batch)
        wrong.push(...values.filter((value) => !(value >= 0 && value < Infinity)));
    expect(wrong).toEqual([]);
  });

  // Proves: synthetic.follows-life
  test('follows occupancy on the local clock, summer time and winter time alike', () => {
    const portfolio = createSyntheticPortfolio({ seed: 1 });
    // Water is drawn by people, whatever the season.
    const meter = portfolio.meters.find(({ facts }) => /^Alder_public_.*:water$/.test(facts.id));
    const offsets = createZoneOffsets('America/New_York');
    /** Mean by hour of the local day over ten weeks' Wednesdays. */
    const profile = (fromMs: number): number[] =>
      Array.from({ length: 24 }, (_, hourOfDay) => {
        const values = Array.from({ length: 10 }, (_week, week) => {
          const [instant = 0] = offsets.instantsOf(fromMs + week * 7 * 24 * hourMs + hourOfDay * hourMs);
          return meter?.model.hours(instant / hourMs, instant / hourMs + 1)[0] ?? Number.NaN;
        });
        return values.reduce((sum, value) => sum + value, 0) / values.length;
      });
    const wakes = (day: readonly number[]): number => {
      const middle = (Math.min(...day) + Math.max(...day)) / 2;
      return day.findIndex((value) => value > middle);
    };
    expect(wakes(profile(Date.UTC(2024, 5, 5)))).toBe(wakes(profile(Date.UTC(2024, 0, 10))));
  });

  // Proves: synthetic.follows-life
  test('heats in winter, cools in summer, makes solar power by day only', () => {
    const portfolio = createSyntheticPortfolio({ seed: 1 });
    const sum = (idPart: string, fromMs: number, hours: number): number =>
      portfolio.meters
        .filter(({ facts }) => facts.id.includes(idPart) && facts.id.startsWith('Alder'))
        .flatMap(({ model }) => [...model.hours(fromMs / hourMs, fromMs / hourMs + hours)])
        .reduce((total, value) => total + value, 0);
    const [january, july] = [Date.UTC(2024, 0, 1), Date.UTC(2024, 6, 1)];
    expect(sum(':steam', january, 744)).toBeGreaterThan(5 * sum(':steam', july, 744));
    expect(sum(':chilledwater', july, 744)).toBeGreaterThan(5 * sum(':chilledwater', january, 744));
    const solar = portfolio.meters.find(({ facts }) => facts.type === 'SOLAR');
    const day = [...(solar?.model.hours(Date.UTC(2024, 6, 1) / hourMs, Date.UTC(2024, 6, 2) / hourMs) ?? [])];
    expect(day.slice(0, 3)).toEqual([0, 0, 0]);
    expect(Math.max(...day.slice(10, 15))).toBeGreaterThan(20);
  });

  test('starts with two years up to the last full hour', () => {
    expect(defaultHistory(Date.parse('2026-07-20T10:59:59Z'))).toEqual({
      fromMs: Date.UTC(2024, 6, 1),
      toMs: Date.UTC(2026, 6, 20, 10),
    });
  });

  test('says which portfolios there can be', () => {
    expect(() => createSyntheticPortfolio({ seed: 1, sites: 9 })).toThrow('has 1 to 8 sites, not 9');
    expect(() => createSyntheticPortfolio({ seed: 1, buildings: 3 })).toThrow(
      'has 4 to 10,000 buildings, not 3',
    );
    const portfolio = createSyntheticPortfolio({ seed: 1, buildings: 8, sites: 8 });
    expect(portfolio.sites).toHaveLength(8);
    expect(() => portfolio.history({ fromMs: 1, toMs: hourMs })).toThrow('whole hours');
  });
});
