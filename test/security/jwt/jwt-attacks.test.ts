import { createTestSystem } from '../../kit/edge.ts';
import { doors } from './doors.ts';
import { jwtAttacks } from './jwt-attacks.ts';

// Proves: security.jwt-attacks
test('no forged token opens any door', async () => {
  await using system = await createTestSystem({ buildings: 1, months: 1 });
  const { tried, letThrough } = await jwtAttacks.run(system);
  expect(letThrough).toEqual([]);
  expect(tried).toBeGreaterThanOrEqual(60 * doors.length);
}, 90_000);
