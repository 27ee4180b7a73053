import { at, cutToBudget, estimateTokens, pathText } from './cut.ts';

const points = (n: number) => Array.from({ length: n }, (_, i) => ({ start: `2017-01-${i}`, sum: i }));

describe('cutting a result to its budget', () => {
  test('changes nothing that fits', () => {
    const value = { list: points(3) };
    expect(cutToBudget(value, 1_000)).toEqual({ value, cuts: [] });
  });

  // Proves: mcp.budget
  test('shortens the largest list until the whole fits, and says what was cut', () => {
    const value = { building: { name: 'x', series: [{ type: 'A', points: points(1_000) }] } };
    const { value: cut, cuts } = cutToBudget(value, 500);
    expect(estimateTokens(JSON.stringify(cut).length)).toBeLessThanOrEqual(500);
    expect(cuts).toEqual([
      { path: ['building', 'series', 0, 'points'], from: 0, shown: expect.any(Number), total: 1_000 },
    ]);
    const shown = at(cut, ['building', 'series', 0, 'points']) as unknown[];
    expect(shown).toEqual(points(1_000).slice(0, shown.length));
    expect(value.building.series[0]?.points).toHaveLength(1_000);
  });

  test('shares the budget between lists that stand side by side', () => {
    const value = { series: [{ points: points(500) }, { points: points(500) }] };
    const { value: cut, cuts } = cutToBudget(value, 800);
    expect(estimateTokens(JSON.stringify(cut).length)).toBeLessThanOrEqual(800);
    expect(cuts.map((c) => pathText(c.path))).toEqual(['series[0].points', 'series[1].points']);
    expect(Math.min(...cuts.map((c) => c.shown))).toBeGreaterThan(35);
  });

  test('leaves a value without lists as it is, however large', () => {
    const value = { text: 'x'.repeat(10_000) };
    expect(cutToBudget(value, 10)).toEqual({ value, cuts: [] });
  });
});
