import { createEnergyGround, type EnergyGround, inBatches, seriesOf } from '../../../test/energy/ground.ts';
import { computedRollups, keptRollups } from '../../../test/energy/rollups.ts';
import { engines } from '../../../test/kit/engines.ts';
import { principalFor } from '../../../test/kit/token.ts';
import { mergeSpans } from './rollups.ts';

const integrator = principalFor('integrator');

/** What the tests do with a ground of their own. */
function actionsOn(ground: EnergyGround) {
  return {
    ingest: (meterId: string, readings: Readonly<Record<string, number>>, intervalSeconds?: number) =>
      ground.ingestion.ingest(
        integrator,
        Object.entries(readings).map(([time, value]) => ({ meterId, time, value, intervalSeconds })),
      ),
    load: (...series: ReturnType<typeof seriesOf>[]) => ground.ingestion.bulk(inBatches(series)),
    days: async () =>
      (await keptRollups(ground.pool)).days.map(({ at, count, seconds }) => [at, count, seconds / 3_600]),
    hourly: async () => {
      const { rows } = await ground.pool.query(
        'select hour, sum, min_rate, max_rate, covered_s, count from energy.hourly order by hour',
      );
      return rows.map(({ hour, ...rest }) => [hour.toISOString().slice(0, 16), ...Object.values(rest)]);
    },
    areRight: async () => expect(await keptRollups(ground.pool)).toEqual(await computedRollups(ground.pool)),
  };
}

describe.each(engines())('local days on %s', (engine) => {
  let ground: EnergyGround;
  beforeAll(async () => {
    ground = await createEnergyGround({ engine });
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  // Proves: graph.calendar-days
  test.each([
    ['America/New_York', '2016-03-13', 23, '2016-03-13T05:00Z'],
    ['America/New_York', '2016-11-06', 25, '2016-11-06T04:00Z'],
    ['Europe/London', '2016-03-27', 23, '2016-03-27T00:00Z'],
    ['Europe/London', '2016-10-30', 25, '2016-10-29T23:00Z'],
    ['US/Arizona', '2016-03-13', 24, '2016-03-13T07:00Z'],
    ['Asia/Kolkata', '2016-03-13', 24, '2016-03-12T18:30Z'],
    ['Asia/Kathmandu', '2016-03-13', 24, '2016-03-12T18:15Z'],
    // Clocks go back from 01:00 to 00:00: the hour after midnight comes twice, on one day.
    ['America/Havana', '2016-11-06', 25, '2016-11-06T04:00Z'],
    // Clocks skip midnight: the day begins at 01:00.
    ['America/Havana', '2016-03-13', 23, '2016-03-13T05:00Z'],
    ['Australia/Lord_Howe', '2016-10-02', 23.5, '2016-10-01T13:30Z'],
  ])('in %s the %s has %d hours, whether loaded or sent', async (timeZone, day, hours, midnight) => {
    const { load, areRight } = actionsOn(ground);
    const start = Date.parse(midnight);
    const [loaded = '', sent = ''] = [
      ...(await ground.register({ id: `Loaded ${timeZone} ${day}`, timeZone }, [
        { type: 'GAS', intervalSeconds: 1_800 },
      ])),
      ...(await ground.register({ id: `Sent ${timeZone} ${day}`, timeZone }, [
        { type: 'GAS', intervalSeconds: 1_800 },
      ])),
    ];
    const series = seriesOf(loaded, new Date(start - 5 * 3_600_000).toISOString(), 80, {
      intervalSeconds: 1_800,
    });
    await load(series);
    await ground.ingestion.ingest(
      integrator,
      Array.from(series.timesMs, (time, index) => ({
        meterId: sent,
        time: new Date(time),
        value: series.values[index],
      })),
    );
    const { days } = await keptRollups(ground.pool);
    for (const id of [loaded, sent]) {
      const kept = days.find(({ meter, at }) => meter === id && at === day);
      expect(kept).toMatchObject({ count: hours * 2, seconds: hours * 3_600 });
    }
    await areRight();
  });
});

describe.each(engines())('rollups on %s', (engine) => {
  let ground: EnergyGround;
  let { ingest, load, days, hourly, areRight } = {} as ReturnType<typeof actionsOn>;
  beforeEach(async () => {
    ground = await createEnergyGround({ engine });
    ({ ingest, load, days, hourly, areRight } = actionsOn(ground));
  });
  afterEach(() => ground[Symbol.asyncDispose]());

  // Proves: storage.rollups-stay-right
  test('stay right when readings come late, change their value, and change their length', async () => {
    const [id = ''] = await ground.register({ id: 'A', timeZone: 'America/Denver' }, [{ type: 'STEAM' }]);
    await ingest(id, { '2017-01-31T12:00:00Z': 5, '2017-02-01T08:00:00Z': 7 });
    await ingest(id, { '2017-01-31T11:00:00Z': 1, '2016-12-31T23:00:00Z': 9 });
    await areRight();
    // The highest becomes the lowest, across a month's end in the building's zone.
    await ingest(id, { '2017-02-01T06:30:00Z': 100, '2017-02-01T07:00:00Z': 100 });
    await ingest(id, { '2017-02-01T06:30:00Z': 0, '2017-02-01T07:00:00Z': 0.5 });
    await areRight();
    await ingest(id, { '2017-02-01T07:00:00Z': 0.5 }, 900);
    await ingest(id, { '2017-02-01T07:15:00Z': 0.25, '2017-02-01T07:30:00Z': 2 }, 900);
    await areRight();
    expect(await hourly()).toContainEqual(['2017-02-01T07:00', 2.75, 1, 8, 2_700, 3]);
    await ingest(id, { '2017-02-01T07:00:00Z': 3, '2017-02-01T07:15:00Z': 0.25 }, 3_600);
    await areRight();
  });

  test('of minutes follow at once, in the hours too, however late they come', async () => {
    const [id = ''] = await ground.register({ id: 'A', timeZone: 'Asia/Kolkata' }, [
      { type: 'WATER', intervalSeconds: 900 },
    ]);
    await load(seriesOf(id, '2017-01-01T00:00:00Z', 4 * 24 * 40, { intervalSeconds: 900, valueAt: () => 1 }));
    if (engine === 'timescale')
      await ground.pool.query("call refresh_continuous_aggregate('energy.reading_hour', null, null)");
    expect((await hourly())[0]).toEqual(['2017-01-01T00:00', 4, 4, 4, 3_600, 4]);
    await ingest(id, { '2017-01-01T00:05:00Z': 3 }, 60);
    expect((await hourly())[0]).toEqual(['2017-01-01T00:00', 7, 4, 180, 3_660, 5]);
    await ingest(id, { '2017-01-01T00:05:00Z': 6, '2017-01-01T00:00:00Z': 0 }, 60);
    expect((await hourly())[0]).toEqual(['2017-01-01T00:00', 9, 0, 360, 2_820, 5]);
    await ingest(id, { '2017-01-01T00:05:00Z': 6 }, 3_600);
    expect((await hourly()).slice(0, 2)).toEqual([
      ['2017-01-01T00:00', 3, 0, 4, 2_760, 4],
      ['2017-01-01T00:05', 6, 6, 6, 3_600, 1],
    ]);
    await load(seriesOf(id, '2017-01-01T00:00:00Z', 2, { intervalSeconds: 900, valueAt: () => 10 }));
    expect((await hourly())[0]).toEqual(['2017-01-01T00:00', 22, 4, 40, 3_600, 4]);
    await areRight();
  });

  test('are made anew when a building turns out to lie in another zone', async () => {
    const [id = ''] = await ground.register({ id: 'A', timeZone: 'America/Los_Angeles' }, [{ type: 'GAS' }]);
    await ground.register({ id: 'B', timeZone: 'America/Los_Angeles' }, [{ type: 'GAS' }]);
    await load(seriesOf(id, '2016-12-31T20:00:00Z', 30));
    await ground.register({ id: 'A', timeZone: 'Pacific/Auckland' }, []);
    expect(await days()).toEqual([
      ['2017-01-01', 15, 15],
      ['2017-01-02', 15, 15],
    ]);
    await areRight();
    const [told] = await ground.redis.redis.xrevrange(
      'eaio:events:{energy.history-loaded}',
      '+',
      '-',
      'COUNT',
      1,
    );
    expect(JSON.stringify(told)).toContain('energy:A');
    expect(JSON.stringify(told)).not.toContain('energy:B');
  });

  // Proves: storage.rollups-stay-right
  test('equal a recomputation after a random history of loads, batches, repetitions and corrections', async () => {
    const random = seeded(20_170_601);
    const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
    const zones = ['America/New_York', 'Europe/London', 'Asia/Kolkata'];
    const ids: string[] = [];
    for (const [index, timeZone] of zones.entries()) {
      ids.push(
        ...(await ground.register({ id: `B${index}`, timeZone }, [
          { type: 'GAS' },
          { type: 'WATER', intervalSeconds: 900 },
        ])),
      );
    }
    const start = Date.parse('2016-10-20T00:00Z');
    for (let round = 0; round < 9; round += 1) {
      const span = () => new Date(start + Math.floor(random() * 50 * 96) * 900_000).toISOString();
      const valueAt = () => Math.round(random() * 1_000) / 8;
      if (random() < 0.4) {
        await load(
          ...ids
            .filter(() => random() < 0.7)
            .map((id) => seriesOf(id, span(), 200, { intervalSeconds: pick([900, 3_600]), valueAt })),
        );
      } else {
        const items = Array.from({ length: 150 }, () => ({
          meterId: pick(ids),
          time: span(),
          value: valueAt(),
          intervalSeconds: pick([900, 3_600]),
        }));
        await ground.ingestion.ingest(integrator, items);
        await ground.ingestion.ingest(integrator, items.slice(0, 20));
      }
      if (round % 3 === 2) await areRight();
    }
  });

  test('have the rate of an hourly reading as it was sent, to the last digit', async () => {
    // 61.5369 * 3600 / 3600 is 61.536899999999996.
    const sent = 61.5369;
    const [read = '', loaded = ''] = await ground.register({ id: 'A', timeZone: 'Europe/London' }, [
      { type: 'GAS' },
      { type: 'WATER' },
    ]);
    await ingest(read, { '2016-06-01T00:00:00Z': sent });
    await load(seriesOf(loaded, '2016-06-01T00:00:00Z', 1, { valueAt: () => sent }));
    for (const table of ['hourly', 'reading_day', 'reading_month']) {
      const { rows } = await ground.pool.query(`select min_rate, max_rate from energy.${table}`);
      expect(rows).toEqual(Array(2).fill({ min_rate: sent, max_rate: sent }));
    }
  });

  test('leave a compressed past changeable', async () => {
    const [id = ''] = await ground.register({ id: 'A', timeZone: 'Europe/London' }, [{ type: 'GAS' }]);
    await load(seriesOf(id, '2016-01-01T00:00:00Z', 24 * 90));
    if (engine === 'timescale')
      await ground.pool.query("select compress_chunk(c) from show_chunks('energy.reading') c");
    expect(
      await ingest(id, {
        '2016-02-01T00:00:00Z': 50,
        '2016-02-01T00:30:00Z': 60,
        '2016-02-01T01:00:00Z': 70,
      }),
    ).toMatchObject({ stored: 3 });
    await areRight();
    const changed = await load(seriesOf(id, '2016-03-01T00:00:00Z', 24 * 20, { valueAt: () => 0 }));
    expect(changed).toMatchObject({ updated: 24 * 20, inserted: 0 });
    await areRight();
  });
});

test('spans are joined where they could share a local day, and kept apart elsewhere', () => {
  const day = 86_400_000;
  const span = (meterNo: number, from: number, to: number) => ({
    meterNo,
    fromMs: from * day,
    toMs: to * day,
  });
  expect(mergeSpans([span(2, 0, 1), span(1, 9, 10), span(1, 0, 5), span(1, 1, 2), span(1, 7, 7)])).toEqual([
    span(1, 0, 10),
    span(2, 0, 1),
  ]);
  expect(mergeSpans([span(1, 3, 3), span(1, 0, 0)])).toEqual([span(1, 0, 0), span(1, 3, 3)]);
});

/** Numbers from 0 to 1 that look random and are the same each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
