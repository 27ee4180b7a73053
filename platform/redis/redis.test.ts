import { createTestRedis } from '../../test/kit/redis.ts';

test('a test redis answers', async () => {
  const t = performance.now();
  await using server = await createTestRedis();
  console.log('redis start', performance.now() - t);
  expect(await server.redis.ping()).toBe('PONG');
});
