import { rowRules as rules } from '../../cli/data/row-rules.ts';
import { createGrantedReads } from '../../platform/postgres/granted-reads.ts';
import { createPool } from '../../platform/postgres/pool.ts';
import { rowRules } from '../../platform/postgres/row-security.ts';
import { createTestSystem, type TestSystem } from '../kit/edge.ts';

let system: TestSystem;
const open = new AsyncDisposableStack();
beforeAll(async () => {
  system = open.use(await createTestSystem({ months: 1 }));
}, 60_000);
afterAll(() => open.disposeAsync());

function reads(max = 2) {
  const granted = createGrantedReads({ connectionString: system.databaseUrl, max, applicationName: 'test' });
  return Object.assign(granted, { [Symbol.asyncDispose]: () => granted.end() });
}
function owner() {
  const pool = createPool({ connectionString: system.databaseUrl, applicationName: 'test-owner' });
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.end() });
}
const count = async (db: Pick<ReturnType<typeof owner>, 'query'>, table: string): Promise<number> =>
  (await db.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]?.n ?? -1;

// Proves: security.rows-guarded
test('every table has a rule, so that what is forgotten is named here', async () => {
  await using pool = owner();
  for (const schema of rules) {
    const unruled = [...(await rowRules(pool, schema))].filter(([, rule]) => rule === undefined);
    expect(
      unruled.map(([table]) => `${table} has no rule: say in cli/data/row-rules.ts whose its rows are`),
    ).toEqual([]);
  }
});

// Proves: security.rows-guarded
test('a statement without any condition shows nothing to whom nothing is granted, and all to whom all is', async () => {
  await using pool = owner();
  await using granted = reads();
  for (const schema of rules)
    for (const [table, rule] of await rowRules(pool, schema)) {
      if (rule === 'closed') {
        await expect(count(granted.as('all'), table)).rejects.toThrow(/permission denied/);
        continue;
      }
      const total = await count(pool, table);
      expect([table, await count(granted.as('all'), table)]).toEqual([table, total]);
      if (rule !== 'open') expect([table, await count(granted.as([]), table)]).toEqual([table, 0]);
    }
});

// Proves: security.rows-guarded
test('one connection shows each caller their own, whoever asked before', async () => {
  await using granted = reads(1);
  const [mine, other] = system.portfolio.buildings.map(({ id }) => id);
  if (mine === undefined || other === undefined) throw new Error('The portfolio has no two buildings.');
  const buildings = async (who: readonly string[] | 'all') =>
    (await granted.as(who).query<{ id: string }>('select id from energy.building order by id')).rows.map(
      ({ id }) => id,
    );
  expect(await buildings([mine])).toEqual([mine]);
  expect(await buildings('all')).toHaveLength(system.portfolio.buildings.length);
  expect(await buildings([])).toEqual([]);
  expect(await buildings([other])).toEqual([other]);
  expect(await buildings([`${mine}\n`])).toEqual([mine]);
});

test('readings show by their meter, rollups and hours too', async () => {
  await using pool = owner();
  await using granted = reads();
  const [building] = system.portfolio.buildings;
  for (const table of ['energy.reading', 'energy.reading_day', 'energy.reading_month', 'energy.hourly']) {
    const { rows } = await pool.query<{ n: number }>(
      `select count(*)::int as n from ${table} join energy.meter using (meter_no) where building_id = $1`,
      [building?.id],
    );
    const own = await count(granted.as([building?.id ?? '']), table);
    expect([table, own]).toEqual([table, rows[0]?.n]);
    expect(own).toBeGreaterThan(0);
  }
});

// Proves: security.rows-guarded
test('a connection that was told nothing shows nothing, and changes nothing', async () => {
  await using pool = createPoolOfReader();
  expect(await count(pool, 'energy.building')).toBe(0);
  expect(await count(pool, 'energy.reading')).toBe(0);
  await expect(pool.query('delete from energy.building')).rejects.toThrow(/permission denied/);
  await expect(pool.query("insert into portfolio.site values ('x')")).rejects.toThrow(/permission denied/);
});

function createPoolOfReader() {
  const pool = createPool({
    connectionString: system.databaseUrl,
    applicationName: 'test-reader',
    options: '-c role=eaio_reader',
  });
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.end() });
}
