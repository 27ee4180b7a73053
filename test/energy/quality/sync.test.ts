import { randomUUID } from 'node:crypto';
import { encodeEntry } from '../../../platform/bus/entry.ts';
import { streamKey } from '../../../platform/bus/keys.ts';
import { createLineage } from '../../../platform/openlineage/lineage.ts';
import { migrate } from '../../../platform/postgres/migrate.ts';
import { createSync } from '../../../subgraphs/energy/quality/sync/sync.ts';
import { engines } from '../../kit/engines.ts';
import { principalFor } from '../../kit/token.ts';
import { computedRollups, keptRollups } from '../rollups.ts';
import { createEnergyWorld, type EnergyWorld, meterOf, office, seriesOf } from '../world.ts';

const building = 'Hill_office_Synced';
const meter = meterOf(building);
const quarter = meterOf(building, { type: 'GAS', intervalSeconds: 900 });
const [fromMs, toMs] = [Date.parse('2017-06-01T00:00:00Z'), Date.parse('2017-06-04T00:00:00Z')];
const topic = 'energy.readings-received';

describe.each(engines())('the sync check on %s', (engine) => {
  let world: EnergyWorld;
  beforeEach(async () => {
    world = await createEnergyWorld({
      engine,
      buildings: [office(building, { timeZone: 'Europe/London' })],
      meters: [meter, quarter],
      clock: () => Date.parse('2017-07-01T00:00:00Z'),
    });
    await world.load([
      seriesOf(meter, '2017-06-01T00:00:00Z', 72, (hour) => 0.1 * hour),
      seriesOf(quarter, '2017-06-01T00:00:00Z', 288, (index) => 0.3 * index),
    ]);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const run = (repair: boolean) =>
    createSync({
      pool: world.pool,
      storage: world.storage,
      lineage: createLineage({ sinks: [], log: { warn: () => undefined } }),
      redis: world.redis.redis,
    })({ ...{ fromMs, toMs, repair }, by: 'test' });
  const kindsOf = ({ differences }: Awaited<ReturnType<typeof run>>) =>
    differences.map(({ kind }) => kind).sort();

  /** Finds exactly this, mends it, and finds nothing afterwards. */
  const findsAndMends = async (kinds: readonly string[]) => {
    const found = await run(false);
    expect([kindsOf(found), found.mended]).toEqual([kinds, 0]);
    expect(found.checked).toBeGreaterThan(kinds.length);
    const repaired = await run(true);
    expect(repaired).toMatchObject({ differing: kinds.length, mended: kinds.length });
    expect(await run(false)).toMatchObject({ differing: 0, differences: [] });
    expect(await keptRollups(world.pool)).toEqual(await computedRollups(world.pool));
  };

  // Proves: sync.found-and-mended
  test('finds nothing where nothing is wrong', async () => {
    expect(await run(false)).toMatchObject({ differing: 0, mended: 0, differences: [] });
  });

  test('finds and mends a rollup that was changed, or is gone', async () => {
    await world.pool.query(
      `update energy.reading_day set sum = sum + 1 where day = '2017-06-02' and meter_no = (select meter_no from energy.meter where id = $1)`,
      [meter.id],
    );
    await findsAndMends(['DAY', 'MONTH']);
    await world.pool.query('delete from energy.reading_month');
    await findsAndMends(['MONTH', 'MONTH']);
    await world.pool.query(`update energy.reading_month set covered_s = covered_s - 900`);
    await findsAndMends(['MONTH', 'MONTH']);
    if (engine === 'native') {
      await world.pool.query(`delete from energy.reading_hour where hour = '2017-06-02T05:00:00Z'`);
      await findsAndMends(['HOUR']);
    }
  });

  test('finds and mends rollups of a reading that was deleted behind their back', async () => {
    await world.pool.query(
      `delete from energy.reading where time = '2017-06-02T05:00:00Z' and meter_no = (select meter_no from energy.meter where id = $1)`,
      [meter.id],
    );
    await findsAndMends(['DAY']);
  });

  describe('against the stream', () => {
    const put = (
      times: readonly string[],
      values: readonly number[],
      partition = 3,
    ): Promise<string | null> =>
      world.redis.redis.xadd(
        streamKey(topic, partition),
        '*',
        ...encodeEntry(
          {
            type: `eaio.${topic}.v1`,
            source: '/connectors/http',
            id: randomUUID(),
            data: {
              source: 'http',
              receivedAtMs: Date.now(),
              series: [{ meterId: meter.id, times: times.map((time) => Date.parse(time)), values }],
            },
          },
          new Date().toISOString(),
        ),
      );
    const storedUpTo = (position: string | null, partition = 3) =>
      world.pool.query(
        `insert into bus.position (group_name, topic, partition, lane, position, count) values ('store', $1, $2, 'live', $3, 1)
         on conflict (group_name, topic, partition, lane) do update set position = excluded.position`,
        [topic, partition, position],
      );
    beforeEach(async () => {
      await migrate({
        connectionString: world.database.url,
        schema: 'bus',
        directory: new URL('../../../platform/bus/migrations', import.meta.url).pathname,
      });
    });

    test('finds and stores what the store has passed over, and leaves what it has yet to read', async () => {
      await storedUpTo(await put(['2017-06-02T05:00:00Z', '2017-06-02T06:00:00Z'], [2.9000000000000004, 3]));
      await world.pool.query(
        `delete from energy.reading where time = '2017-06-02T06:00:00Z' and meter_no = (select meter_no from energy.meter where id = $1)`,
        [meter.id],
      );
      await put(['2017-06-02T07:00:00Z'], [999]);
      // The deleted reading's day differs too, until it is stored again and its day made anew.
      const found = await run(false);
      expect(kindsOf(found)).toEqual(['DAY', 'MISSING']);
      expect(found.differences.find(({ kind }) => kind === 'MISSING')).toMatchObject({
        meterId: meter.id,
        partition: 3,
      });
      expect(await run(true)).toMatchObject({ differing: 2, mended: 2 });
      expect(await run(false)).toMatchObject({ differing: 0 });
      expect(await keptRollups(world.pool)).toEqual(await computedRollups(world.pool));
      const { meter: of } = await world.ask<{ meter: unknown }>(
        `{ meter(id: "${meter.id}") { lineage(at: "2017-06-02T06:00:00Z") { readings origins { kind source topic partition } } } }`,
      );
      expect(of).toEqual({
        lineage: {
          readings: 1,
          origins: [{ kind: 'stream', source: '/connectors/http', topic, partition: 3 }],
        },
      });
    });

    test('takes what was refused, edited, or replaced by a later way for right', async () => {
      await storedUpTo(
        await put(['2017-06-02T05:00:00Z', '2017-06-02T06:00:00Z', '2017-06-02T07:00:00Z'], [50, 60, 3.1]),
      );
      await world.ask(
        `mutation { editReadings(meterId: "${meter.id}", reason: "x", change: { operation: REJECT, from: "2017-06-02T06:00:00Z", to: "2017-06-02T07:00:00Z" }) { id } }`,
      );
      expect(await run(false)).toMatchObject({ differing: 0 });
    });

    test('finds and mends an older value than the stream brought last', async () => {
      const older = await put(['2017-06-02T05:00:00Z'], [2.9000000000000004]);
      const { rows } = await world.pool.query<{ id: number }>(
        `insert into energy.origin (kind, source, topic, partition, position, received_at) values ('stream', 'http', $1, 3, $2, now()) returning id`,
        [topic, older],
      );
      await world.pool.query(
        `update energy.reading set origin = $2 where time = '2017-06-02T05:00:00Z' and meter_no = (select meter_no from energy.meter where id = $1)`,
        [meter.id, rows[0]?.id],
      );
      await storedUpTo(await put(['2017-06-02T05:00:00Z'], [77]));
      await findsAndMends(['STALE']);
    });
  });

  // Proves: sync.beside-writers
  test('goes on beside writers, estimates and edits: nothing is lost, and nothing that is right is told as wrong', async () => {
    let writing = true;
    const write = async () => {
      for (let round = 0; writing; round += 1) {
        const time = new Date(fromMs + ((round * 7) % 72) * 3_600_000).toISOString();
        await world.ask(
          `mutation { ingestReadings(readings: [{ meterId: "${meter.id}", time: "${time}", value: ${round} }]) { stored } }`,
        );
      }
      return writing;
    };
    const edit = async () => {
      while (writing)
        await world.ask(
          `mutation { editReadings(meterId: "${quarter.id}", reason: "x", change: { operation: SCALE, from: "2017-06-02T00:00:00Z", to: "2017-06-02T12:00:00Z", factor: 1.5 }) { id } }`,
        );
    };
    const estimate = async () => {
      while (writing) await world.quality.estimate({ by: 'test' });
    };
    const checking = async () => {
      for (let round = 0; round < 15; round += 1)
        expect((await run(round % 2 === 0)).differences).toEqual([]);
    };
    const others = [write(), edit(), estimate()];
    try {
      await checking();
    } finally {
      writing = false;
      await Promise.all(others);
    }
    expect(await keptRollups(world.pool)).toEqual(await computedRollups(world.pool));
  });

  test('is asked for and seen by administrators only, and its share of errors is kept', async () => {
    await world.pool.query(`update energy.reading_day set count = count + 1 where day = '2017-06-02'`);
    const mutation = (repair: boolean) =>
      `mutation { checkSync(from: "2017-06-01T00:00:00Z", to: "2017-06-04T00:00:00Z", repair: ${repair}) { differing mended errorRatio differences { kind meterId at } } }`;
    const { checkSync } = await world.ask<{ checkSync: { errorRatio: number } }>(mutation(false));
    expect(checkSync).toMatchObject({ differing: 4, mended: 0 });
    expect(checkSync.errorRatio).toBeGreaterThan(0);
    await world.ask(mutation(true));
    expect(await world.ask('{ syncChecks(first: 1) { errorRatio } }')).toEqual({
      syncChecks: [{ errorRatio: 0 }],
    });
    for (const query of ['{ syncChecks { at } }', mutation(false)]) {
      const { errors } = await world.run(query, { principal: principalFor('energy_engineer') });
      expect(errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
    }
    const { errors } = await world.run(
      'mutation { checkSync(from: "2017-06-01T00:00:00Z", to: "2017-08-04T00:00:00Z") { at } }',
    );
    expect(errors?.[0]?.message).toContain('31 days at most');
  });
});
