import { createTestRedis } from '../../test/kit/redis.ts';
import { createLimiter } from './limiter.ts';
import type { Limiter } from './types.ts';

const policy = { name: 'test', points: 1_000, windowS: 60 };

async function letThrough(limiters: readonly Limiter[], tries: number, points = 1): Promise<number> {
  let passed = 0;
  for (let index = 0; index < tries; index += 1) {
    const limiter = limiters[index % limiters.length];
    const verdict = limiter?.takeNow('ann', points) ?? (await limiter?.take('ann', points));
    if (verdict?.ok === true) passed += 1;
  }
  return passed;
}

// Proves: limits.shared
test('two processes together give out what the policy has, and no more', async () => {
  await using server = await createTestRedis();
  const limiters = [
    createLimiter({ policy, redis: server.redis }),
    createLimiter({ policy, redis: server.redis }),
  ];
  expect(await letThrough(limiters, 3_000)).toBe(1_000);
  await expect(limiters[0]?.take('ann', 1)).resolves.toMatchObject({ ok: false, policy });
  await expect(limiters[0]?.take('ben', 1)).resolves.toEqual({ ok: true });
});

test('many at once get no more either', async () => {
  await using server = await createTestRedis();
  const limiters = [
    createLimiter({ policy, redis: server.redis }),
    createLimiter({ policy, redis: server.redis }),
  ];
  const verdicts = await Promise.all(
    Array.from({ length: 3_000 }, (_, index) => limiters[index % 2]?.take('ann', 1)),
  );
  const passed = verdicts.filter((verdict) => verdict?.ok === true).length;
  expect(passed).toBeLessThanOrEqual(1_000);
  expect(passed).toBeGreaterThan(900);
});

// Proves: limits.cost
test('points count by their number; what is dearer than the rest is refused', async () => {
  await using server = await createTestRedis();
  const limiter = createLimiter({ policy, redis: server.redis });
  expect(await letThrough([limiter], 100, 300)).toBe(3);
  expect(limiter.left('ann')).toMatchObject({ points: expect.any(Number), seconds: 60 });
});

// Proves: limits.without-redis
test.each(['stop', 'pause'] as const)(
  'without Redis (%s) each process keeps the policy for itself',
  async (how) => {
    await using server = await createTestRedis();
    const away: unknown[] = [];
    const onAway = (error: unknown) => void away.push(error);
    await server[how]();
    const limiters = [
      createLimiter({ policy, redis: server.redis, onAway }),
      createLimiter({ policy, redis: server.redis, onAway }),
    ];
    expect(await letThrough(limiters, 3_000)).toBe(2_000);
    expect(away).toHaveLength(2);
    if (how === 'pause') server.resume();
  },
);
