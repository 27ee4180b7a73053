import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { installedBinaries } from '../../../platform/postgres/embedded/binaries.ts';
import { createEnergyGround, type EnergyGround } from '../../../test/energy/ground.ts';
import { engines, engineVariables } from '../../../test/kit/engines.ts';
import { principalFor } from '../../../test/kit/token.ts';
import { until } from '../../../test/kit/wait.ts';

if (engines().includes('timescale')) {
  describe('late readings on TimescaleDB', () => {
    let ground: EnergyGround;
    beforeAll(async () => {
      ground = await createEnergyGround({ engine: 'timescale' });
    });
    afterAll(() => ground[Symbol.asyncDispose]());

    const materialize = () =>
      ground.pool.query("call refresh_continuous_aggregate('energy.reading_hour', null, null)");
    const sums = async () =>
      (await ground.pool.query('select sum from energy.hourly order by hour')).rows.map(({ sum }) => sum);

    test('are answered for only when a refresh that the database itself has begun is over', async () => {
      const [meterId = ''] = await ground.register({ id: 'A' }, [{ type: 'GAS', intervalSeconds: 900 }]);
      const ingest = (minute: number) =>
        ground.ingestion.ingest(principalFor('integrator'), [
          { meterId, time: new Date(Date.UTC(2017, 0, 1, 0, minute)), value: 1 },
        ]);
      await ingest(0);
      await materialize();

      // The database's own job, as it shows while it is at work.
      const { rows } = await ground.pool.query<{ application_name: string }>(
        "select application_name from timescaledb_information.jobs where proc_name = 'policy_refresh_continuous_aggregate'",
      );
      const job = new pg.Client({
        connectionString: ground.database.url,
        application_name: rows[0]?.application_name,
      });
      await job.connect();
      const key = 4_711;
      await using holder = await lockHolder(ground, key);
      const work = job.query('select pg_advisory_lock($1)', [key]);

      let answered = false;
      const answer = ingest(15).then((result) => {
        answered = true;
        return result;
      });
      await until(async () => (await sums())[0] === 2, { what: 'the refresh' });
      expect(answered).toBe(false);
      await holder.release();
      await work;
      expect(await answer).toMatchObject({ stored: 1 });
      await job.end();
    });

    test('are seen by whoever asks after the answer, however many come at once', async () => {
      const [meterId = ''] = await ground.register({ id: 'B' }, [{ type: 'GAS', intervalSeconds: 60 }]);
      const hour = Date.UTC(2018, 0, 1);
      await ground.ingestion.ingest(principalFor('integrator'), [
        { meterId, time: new Date(hour), value: 1 },
      ]);
      await materialize();
      const sees = await Promise.all(
        Array.from({ length: 12 }, async (_, index) => {
          // Each reading is a bit of the hour's sum.
          const value = 2 ** (index + 1);
          await ground.ingestion.ingest(principalFor('integrator'), [
            { meterId, time: new Date(hour + (index + 1) * 60_000), value },
          ]);
          const { rows } = await ground.pool.query('select sum from energy.hourly where hour = $1', [
            new Date(hour),
          ]);
          return (rows[0]?.sum & value) === value;
        }),
      );
      expect(sees).toEqual(Array(12).fill(true));
    });
  });
}

// Proves: storage.same-answers
test('every test of storage runs on TimescaleDB too where this machine has it', async () => {
  const installed = (await installedBinaries()).some(({ extensions }) =>
    existsSync(join(extensions, 'timescaledb.control')),
  );
  const given = process.env[engineVariables.timescale.outside] !== undefined;
  expect(engines()).toEqual(installed || given ? ['native', 'timescale'] : ['native']);
});

async function lockHolder({ database }: EnergyGround, key: number) {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('select pg_advisory_lock($1)', [key]);
  let release: Promise<void> | undefined;
  return {
    release() {
      release ??= client.end();
      return release;
    },
    [Symbol.asyncDispose]() {
      release ??= client.end();
      return release;
    },
  };
}
