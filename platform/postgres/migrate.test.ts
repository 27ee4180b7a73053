import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../test/kit/postgres.ts';
import { runScript } from '../../test/kit/script.ts';
import { until } from '../../test/kit/wait.ts';
import { migrate } from './migrate.ts';

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'eaio-test-migrations-'));
  await migration('0001_first', 'create table shop.a (n int);');
});
afterEach(async () => {
  await database[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const migration = (name: string, sql: string): Promise<void> =>
  writeFile(join(directory, `${name}.sql`), `-- Up Migration\n${sql}\n`);
const run = (log?: (message: string) => void): Promise<readonly string[]> =>
  migrate({ connectionString: database.url, schema: 'shop', directory, log });
const tables = async (): Promise<readonly string[]> => {
  const { rows } = await database.pool.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'shop' order by 1",
  );
  return rows.map(({ name }) => name);
};

test('what is new runs, in the order of the numbers, and only once', async () => {
  await migration('0010_third', 'alter table shop.b add column m int;');
  await migration('0002_second', 'create table shop.b (n int);');
  const said: string[] = [];
  expect(await run((message) => said.push(message))).toEqual(['0001_first', '0002_second', '0010_third']);
  expect(said).toContain('Migration shop/0010_third done.');
  expect(await run()).toEqual([]);
  await migration('0011_fourth', 'drop table shop.b;');
  expect(await run()).toEqual(['0011_fourth']);
  expect(await tables()).toEqual(['a', 'pgmigrations']);
});

test('a README in the folder is no migration', async () => {
  await writeFile(join(directory, 'README.md'), 'Forward only.');
  expect(await run()).toEqual(['0001_first']);
});

test('schemas have histories of their own in one database', async () => {
  await run();
  const other = await mkdtemp(join(tmpdir(), 'eaio-test-migrations-'));
  await writeFile(join(other, '0001_other.sql'), '-- Up Migration\ncreate table yard.a (n int);\n');
  expect(await migrate({ connectionString: database.url, schema: 'yard', directory: other })).toEqual([
    '0001_other',
  ]);
  await rm(other, { recursive: true });
});

test('one that fails leaves nothing of itself, and is run again', async () => {
  await migration('0002_second', 'create table shop.b (n int); select 1 / 0;');
  await expect(run()).rejects.toThrow(/A migration of shop .* failed: division by zero/);
  expect(await tables()).toEqual(['a', 'pgmigrations']);
  await migration('0002_second', 'create table shop.b (n int);');
  expect(await run()).toEqual(['0002_second']);
});

// Proves: storage.migrations
describe('forward only: refused with a sentence', () => {
  test('a migration that ran and is not in the folder', async () => {
    await migration('0002_second', 'select 1;');
    await run();
    await rename(join(directory, '0002_second.sql'), join(directory, '0002_renamed.sql'));
    await expect(run()).rejects.toMatchObject({
      name: 'OperatorError',
      message: expect.stringMatching(/Schema shop ran migration 0002_second, which .* does not have/),
    });
    await rm(join(directory, '0002_renamed.sql'));
    await expect(run()).rejects.toThrow(/does not have/);
  });

  test('a new migration with a number below one that ran', async () => {
    await migration('0003_third', 'select 1;');
    await run();
    await migration('0002_late', 'select 1;');
    await expect(run()).rejects.toThrow(/0002_late.sql is new, but has a number below 0003_third/);
  });

  test('two with one number', async () => {
    await migration('0001_twin', 'select 1;');
    await expect(run()).rejects.toThrow(/0001_twin.sql: another migration has this number too/);
  });

  test('a name that says no number', async () => {
    await migration('2nd_try', 'select 1;');
    await expect(run()).rejects.toThrow(/2nd_try.sql: a migration is named NNNN_what_it_does.sql/);
  });
});

// Proves: storage.migrations
test('two processes at once: one does the work, the other waits for it, both go on', async () => {
  await migration('0002_slow', 'select pg_sleep(0.3); create table shop.b (n int);');
  const script = `
    import { migrate } from './platform/postgres/migrate.ts';
    const [, connectionString, directory] = process.argv;
    console.log(JSON.stringify(await migrate({ connectionString, directory, schema: 'shop' })));
  `;
  const args = [database.url, directory];
  await using first = runScript(script, { args });
  await using second = runScript(script, { args });
  const done: string[][] = [JSON.parse(await first.line()), JSON.parse(await second.line())];
  expect(done.flat().toSorted()).toEqual(['0001_first', '0002_slow']);
  expect(await Promise.all([first.exit, second.exit])).toEqual([0, 0]);
  expect(await tables()).toEqual(['a', 'b', 'pgmigrations']);
});

test('ten at once in one process', async () => {
  const done = await Promise.all(Array.from({ length: 10 }, () => run()));
  expect(done.flat()).toEqual(['0001_first']);
});

test('a statement timeout of the database does not end a long wait', async () => {
  await database.pool.query("select pg_advisory_lock(hashtextextended('eaio.migrate.shop', 0))");
  const name = new URL(database.url).pathname.slice(1);
  await database.pool.query(`alter database ${name} set statement_timeout = '20ms'`);
  const waiting = run();
  await until(
    async () =>
      (
        await database.pool.query(
          "select from pg_stat_activity where datname = $1 and wait_event = 'advisory' and clock_timestamp() - query_start > '40ms'",
          [name],
        )
      ).rowCount === 1,
    { what: 'a wait that is longer than the timeout' },
  );
  await database.pool.end();
  expect(await waiting).toEqual(['0001_first']);
});
