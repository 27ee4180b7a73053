import { engines } from '../../test/kit/engines.ts';
import { createTestDatabase } from '../../test/kit/postgres.ts';

test.each(engines())('a test db %s answers', async (engine) => {
  const t = performance.now();
  await using db = await createTestDatabase({ engine });
  console.log('db start', performance.now() - t);
  expect((await db.pool.query('select 1::int8 as n')).rows).toEqual([{ n: 1 }]);
});
