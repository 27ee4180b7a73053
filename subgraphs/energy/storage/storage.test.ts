import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedBinaries } from '../../../platform/postgres/embedded/binaries.ts';
import { startEmbeddedPostgres } from '../../../platform/postgres/embedded.ts';
import { migrate } from '../../../platform/postgres/migrate.ts';
import { createPool } from '../../../platform/postgres/pool.ts';
import { inTransaction } from '../../../platform/postgres/transaction.ts';
import { migrations } from '../../../test/energy/ground.ts';
import { type Engine, engines } from '../../../test/kit/engines.ts';
import { createTestDatabase } from '../../../test/kit/postgres.ts';
import { monthOf } from './month.ts';
import { createStorage } from './storage.ts';
import { askForTimescale } from './timescale-offer.ts';

async function emptyDatabase(engine: Engine) {
  const database = await createTestDatabase({ engine });
  await migrate({ connectionString: database.url, schema: 'energy', directory: migrations });
  return database;
}

describe.each(engines())('storage on a server with %s', (engine) => {
  // Proves: storage.best-engine
  test('begins with the best engine that the server offers, and keeps to it', async () => {
    await using database = await emptyDatabase(engine);
    expect(await createStorage({ pool: database.pool })).toMatchObject({ engine });
    expect(await createStorage({ pool: database.pool })).toMatchObject({ engine });
    expect(await createStorage({ pool: database.pool, engine })).toMatchObject({ engine });
  });

  test('is made once, however many processes begin', async () => {
    await using database = await emptyDatabase(engine);
    const opened = await Promise.all(Array.from({ length: 4 }, () => createStorage({ pool: database.pool })));
    expect(opened.map((storage) => storage.engine)).toEqual(Array(4).fill(engine));
  });

  // Proves: storage.best-engine
  test('refuses to switch a database to the other engine, in one sentence', async () => {
    await using database = await emptyDatabase(engine);
    await createStorage({ pool: database.pool });
    const other = engine === 'native' ? 'timescale' : 'native';
    await expect(createStorage({ pool: database.pool, engine: other })).rejects.toThrow(
      /^This database keeps its readings in (native partitions|TimescaleDB) and can't be switched to (TimescaleDB|native partitions): ask for the engine that it has, or use a new database and load the readings again\.$/,
    );
  });

  test('takes readings of any month, made room for by several processes at once', async () => {
    await using database = await emptyDatabase(engine);
    const { pool } = database;
    const processes = [await createStorage({ pool }), await createStorage({ pool })];
    const times = ['1970-01-01T00:00Z', '2016-02-29T23:00Z', '2016-03-01T00:00Z', '2199-12-31T23:59Z'];
    const months = times.map((time) => monthOf(Date.parse(time)));
    await Promise.all(
      [...processes, ...processes].map((storage, index) =>
        storage.makeRoom(index % 2 === 0 ? months : months.toReversed()),
      ),
    );
    for (const time of times)
      await pool.query('insert into energy.reading values (1, 3600, $1, 1, 0)', [time]);
    const { rows } = await pool.query('select hour from energy.hourly order by hour');
    expect(rows.map(({ hour }) => hour)).toEqual(times.map((time) => new Date(time)));
  });

  test('shows a month that is being loaded to nobody, and keeps nobody waiting, until it is whole', async () => {
    await using database = await emptyDatabase(engine);
    const { pool } = database;
    const storage = await createStorage({ pool });
    const count = async () => (await pool.query('select count(*) from energy.reading')).rows[0];
    await inTransaction(pool, async (client) => {
      await storage.loadMonth(client, monthOf(Date.parse('2016-01-01Z')), async ({ table }) => {
        await client.query(
          `insert into ${table} (meter_no, interval_s, time, value, quality) values (1, 3600, '2016-01-05Z', 1, 0)`,
        );
        expect(await count()).toEqual({ count: 0 });
      });
      expect(await count()).toEqual({ count: 0 });
    });
    expect(await count()).toEqual({ count: 1 });
  });
});

test('a server without TimescaleDB can not open what was begun with it', async () => {
  await using database = await emptyDatabase('native');
  await database.pool.query("insert into energy.storage (engine) values ('timescale')");
  await expect(createStorage({ pool: database.pool })).rejects.toThrow(
    /^This database keeps its readings in TimescaleDB, but the server .*: make the extension available to the server again\.$/,
  );
});

const withTimescale = (await installedBinaries()).find(({ extensions }) =>
  existsSync(join(extensions, 'timescaledb.control')),
);
if (withTimescale !== undefined) {
  describe('a server that has TimescaleDB, but not for us', () => {
    test.each([
      ['has not loaded it', {}, /the server refuses the extension/],
      [
        'may use only its Apache edition',
        { shared_preload_libraries: 'timescaledb', 'timescaledb.license': 'apache' },
        /its licence setting is "apache"/,
      ],
    ])('%s: readings go to native partitions', async (_case, settings, because) => {
      const folder = await mkdtemp(join(tmpdir(), 'eaio-test-storage-'));
      try {
        await using server = await startEmbeddedPostgres({
          dataDir: join(folder, 'data'),
          throwaway: true,
          settings: { ...settings, 'timescaledb.telemetry_level': 'off' },
          binaries: withTimescale,
        });
        const pool = createPool({ connectionString: server.url, applicationName: 'test' });
        try {
          expect(await askForTimescale(pool)).toEqual({
            available: false,
            because: expect.stringMatching(because),
          });
          await migrate({ connectionString: server.url, schema: 'energy', directory: migrations });
          expect(await createStorage({ pool })).toMatchObject({ engine: 'native' });
        } finally {
          await pool.end();
        }
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  });
}
