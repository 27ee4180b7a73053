import { createTestDatabase, type TestDatabase } from '../../test/kit/postgres.ts';
import { until } from '../../test/kit/wait.ts';
import { createPool } from './pool.ts';
import { inTransaction } from './transaction.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

describe('values', () => {
  const value = async (expression: string): Promise<unknown> =>
    (await database.pool.query(`select ${expression} as value`)).rows[0]?.value;

  test.each([
    ['9007199254740991::int8', 9007199254740991],
    ['count(*)', 1],
    ['sum(1::int8)', 1],
    ['1.5::numeric', 1.5],
    ['array[1, null, 3]::int8[]', [1, null, 3]],
    ["'{}'::int8[]", []],
    ["date '2016-02-29'", '2016-02-29'],
    ["array[date '2016-02-29', null]", ['2016-02-29', null]],
    ["timestamptz '2016-03-13T03:00:00-04'", new Date('2016-03-13T07:00:00Z')],
    ['null::int8', null],
    ["'NaN'::float8", Number.NaN],
    ['true', true],
    ['jsonb \'{"a": [1]}\'', { a: [1] }],
  ])('%s', async (expression, expected) => {
    expect(await value(expression)).toEqual(expected);
  });

  test('a whole number that a number would change is a fault', async () => {
    await expect(value('9007199254740993::int8')).rejects.toThrow(
      '9007199254740993 does not fit into a number: select it as text.',
    );
  });

  test("pg's global parsers stay as they were", async () => {
    const { default: pg } = await import('pg');
    const client = new pg.Client(database.url);
    await client.connect();
    expect((await client.query('select 1::int8 as value')).rows).toEqual([{ value: '1' }]);
    await client.end();
  });
});

test('each statement is told of before it is sent, transactions included', async () => {
  database.forgetStatements();
  await database.pool.query('select $1::int as a', [1]);
  await database.pool.query({ text: 'select 2', name: 'two' });
  await inTransaction(database.pool, (client) => client.query('select 3'));
  expect(database.statements).toEqual(['select $1::int as a', 'select 2', 'begin', 'select 3', 'commit']);
});

test('a transaction whose work fails leaves nothing, and the failure is the one thrown', async () => {
  await database.pool.query('create table work (n int)');
  const failing = inTransaction(database.pool, async (client) => {
    await client.query('insert into work values (1)');
    throw new Error('on second thoughts');
  });
  await expect(failing).rejects.toThrow('on second thoughts');
  expect((await database.pool.query('select count(*) as n from work')).rows).toEqual([{ n: 0 }]);
});

test('a connection that was lost in a transaction does not come back to the pool', async () => {
  const lost = inTransaction(database.pool, (client) =>
    client.query('select pg_terminate_backend(pg_backend_pid())'),
  );
  await expect(lost).rejects.toThrow();
  expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('the server stops a statement that takes too long', async () => {
  const pool = createPool({
    connectionString: database.url,
    applicationName: 'slow',
    statementTimeoutMs: 20,
  });
  await expect(pool.query('select pg_sleep(10)')).rejects.toMatchObject({ code: '57014' });
  await pool.end();
});

test('when all connections are taken, waiting for one ends', async () => {
  const pool = createPool({
    connectionString: database.url,
    applicationName: 'small',
    max: 1,
    connectTimeoutMs: 50,
  });
  const client = await pool.connect();
  await expect(pool.query('select 1')).rejects.toThrow('timeout exceeded when trying to connect');
  client.release();
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

test('an idle connection that the server cuts is told of, and replaced', async () => {
  const lost: Error[] = [];
  const pool = createPool({
    connectionString: database.url,
    applicationName: 'idle',
    onError: (error) => lost.push(error),
  });
  await pool.query('select 1');
  await database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'idle'",
  );
  await until(() => lost.length > 0, { what: 'the loss to be told' });
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});
