import { createEnergyGround, inBatches, seriesOf } from '../../../test/energy/ground.ts';
import { computedRollups, keptRollups } from '../../../test/energy/rollups.ts';
import { engines } from '../../../test/kit/engines.ts';
import { principalFor } from '../../../test/kit/token.ts';
import { until } from '../../../test/kit/wait.ts';
import { monthOf } from '../storage/month.ts';

const integrator = principalFor('integrator');

describe.each(engines())('writers at the same time on %s', (engine) => {
  // Proves: storage.writers-at-once
  test('of the same meters, in whatever order, wait for each other and never in a circle', async () => {
    await using ground = await createEnergyGround({ engine });
    const ids = await Promise.all(
      ['A', 'B', 'C', 'D', 'E', 'F'].map(async (id) => {
        const [meter = ''] = await ground.register({ id, timeZone: 'Europe/London' }, [
          { type: 'GAS', intervalSeconds: 900 },
        ]);
        return meter;
      }),
    );
    const processes = [ground.ingestion, await ground.another(), await ground.another()];
    const start = Date.parse('2016-10-29T12:00Z');
    const batch = (writer: number) => {
      const items = ids.flatMap((meterId) =>
        Array.from({ length: 40 }, (_, index) => ({
          meterId,
          // Half of each writer's readings are those of the next one too, with another value.
          time: new Date(start + (writer * 20 + index) * 900_000),
          value: writer * 100 + index,
        })),
      );
      return writer % 2 === 0 ? items : items.toReversed();
    };
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, writer) =>
        processes[writer % processes.length]?.ingest(integrator, batch(writer)),
      ),
    );
    expect(results.map((result) => result?.rejected)).toEqual(Array(12).fill(0));
    expect(await keptRollups(ground.pool)).toEqual(await computedRollups(ground.pool));
    expect(await deadlocks(ground.pool)).toBe(0);
  });

  // Proves: storage.writers-at-once
  test('that load history and take live readings of it end with all of both', async () => {
    await using ground = await createEnergyGround({ engine });
    const ids = [
      ...(await ground.register({ id: 'A', timeZone: 'America/New_York' }, [
        { type: 'GAS' },
        { type: 'STEAM' },
      ])),
      ...(await ground.register({ id: 'B', timeZone: 'Asia/Kolkata' }, [{ type: 'GAS' }])),
    ];
    const loads = [ground.ingestion, await ground.another()].map((ingestion, loader) =>
      ingestion.bulk(
        inBatches(
          ...['2016-01-01', '2016-02-01', '2016-03-01', '2016-04-01'].map((month) =>
            ids.map((id) =>
              seriesOf(id, `${month}T00:00:00Z`, 28 * 24, { valueAt: (index) => index + loader }),
            ),
          ),
        ),
      ),
    );
    const live = Array.from({ length: 10 }, (_, round) =>
      ground.ingestion.ingest(
        integrator,
        ids.flatMap((meterId) =>
          Array.from({ length: 50 }, (_, index) => ({
            meterId,
            time: new Date(Date.parse('2016-01-15T00:00Z') + (round * 5 + index * 40) * 3_600_000),
            value: 1_000 + round,
          })),
        ),
      ),
    );
    const reports = await Promise.all(loads);
    await Promise.all(live);
    expect(reports.map(({ readings }) => readings)).toEqual([4 * 28 * 24 * 3, 4 * 28 * 24 * 3]);
    expect(await keptRollups(ground.pool)).toEqual(await computedRollups(ground.pool));
    expect((await ground.pool.query('select from energy.rollup_due')).rowCount).toBe(0);
  });

  // Proves: storage.writers-at-once
  test('of which one loads what the other is just storing end with the later value, and nothing is lost', async () => {
    await using ground = await createEnergyGround({ engine });
    const [id = ''] = await ground.register({ id: 'A' }, [{ type: 'GAS' }]);
    const series = seriesOf(id, '2016-01-01T00:00:00Z', 24 * 31, { valueAt: () => 2 });
    await ground.storage.makeRoom([monthOf(Date.parse('2016-01-01Z'))]);
    const other = await ground.pool.connect();
    await other.query('begin');
    await other.query(
      `insert into energy.reading (meter_no, interval_s, time, value, quality)
       select meter_no, 3600, '2016-01-20T00:00:00Z', 1, 0 from energy.meter`,
    );
    const loading = ground.ingestion.bulk(inBatches([series]));
    await until(
      async () =>
        (
          await ground.pool.query(
            "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
          )
        ).rowCount === 1,
      { what: 'the load to wait for the other writer' },
    );
    await other.query('commit');
    other.release();
    expect(await loading).toMatchObject({ inserted: 24 * 31 - 1, updated: 1, unchanged: 0 });
    expect(await keptRollups(ground.pool)).toEqual(await computedRollups(ground.pool));
  });
});

async function deadlocks(pool: {
  query: (text: string) => Promise<{ rows: { deadlocks: number }[] }>;
}): Promise<number | undefined> {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return rows[0]?.deadlocks;
}
