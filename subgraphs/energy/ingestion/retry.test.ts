import { inTransaction } from '../../../platform/postgres/transaction.ts';
import { createTestDatabase } from '../../../test/kit/postgres.ts';
import { retryOnDeadlock } from './retry.ts';

describe('a transaction', () => {
  test('that PostgreSQL gave up for a deadlock is run again', async () => {
    await using database = await createTestDatabase();
    const { pool } = database;
    await pool.query(
      'create table counter (id int primary key, count int); insert into counter values (1, 0), (2, 0)',
    );
    let runs = 0;
    const bothHoldOne = Promise.withResolvers<void>();
    const add = (order: readonly number[]) =>
      retryOnDeadlock(() =>
        inTransaction(pool, async (client) => {
          runs += 1;
          for (const [place, id] of order.entries()) {
            if (place === 1 && runs === 2) bothHoldOne.resolve();
            if (place === 1) await bothHoldOne.promise;
            await client.query('update counter set count = count + 1 where id = $1', [id]);
          }
        }),
      );
    await Promise.all([add([1, 2]), add([2, 1])]);
    expect(runs).toBe(3);
    expect((await pool.query('select count from counter')).rows).toEqual([{ count: 2 }, { count: 2 }]);
  });

  test('that fails for its own fault is not', async () => {
    let runs = 0;
    const fails = retryOnDeadlock(async () => {
      runs += 1;
      throw new Error('my own');
    });
    await expect(fails).rejects.toThrow('my own');
    expect(runs).toBe(1);
  });
});
