import { createTestSystem } from '../../kit/edge.ts';
import { fuzz } from './fuzz.ts';

// Proves: hardening.fuzz
test('three thousand inputs that nobody meant crash nothing and meet no fault of ours', async () => {
  await using system = await createTestSystem({ buildings: 1, months: 1 });
  const { tried, letThrough } = await fuzz(3_000).run(system);
  expect(letThrough).toEqual([]);
  expect(tried).toBe(3_000);
}, 120_000);
