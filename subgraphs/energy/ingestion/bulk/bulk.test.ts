import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  createEnergyGround,
  type EnergyGround,
  inBatches,
  seriesOf,
} from '../../../../test/energy/ground.ts';
import { computedRollups, keptRollups } from '../../../../test/energy/rollups.ts';
import { engines } from '../../../../test/kit/engines.ts';
import type { MeterSeries } from '../../domain.ts';

describe.each(engines())('loading history on %s', (engine) => {
  let ground: EnergyGround;
  let gas = '';
  let water = '';
  beforeEach(async () => {
    ground = await createEnergyGround({ engine });
    [gas = ''] = await ground.register({ id: 'A', timeZone: 'America/New_York' }, [{ type: 'GAS' }]);
    [water = ''] = await ground.register({ id: 'B', timeZone: 'Asia/Kolkata' }, [
      { type: 'WATER', intervalSeconds: 900 },
    ]);
  });
  afterEach(() => ground[Symbol.asyncDispose]());

  const areRight = async () => {
    expect(await keptRollups(ground.pool)).toEqual(await computedRollups(ground.pool));
    expect((await ground.pool.query('select from energy.rollup_due')).rowCount).toBe(0);
  };
  const everything = async () =>
    (await ground.pool.query('select * from energy.reading order by meter_no, time')).rows;
  const quarter = (id: string, more = {}) => seriesOf(id, '2016-01-30T20:00:00Z', 24 * 40, more);

  test('keeps exactly what came, with all rollups, and says how much that was', async () => {
    const progress: number[] = [];
    const report = await ground.ingestion.bulk(
      inBatches([
        quarter(gas),
        seriesOf(water, '2016-02-28T00:00:00Z', 96 * 3, {
          intervalSeconds: 900,
          valueAt: (index) => index / 3,
        }),
      ]),
      { onProgress: ({ readings }) => progress.push(readings) },
    );
    expect(report).toMatchObject({ readings: 960 + 288, inserted: 960 + 288, updated: 0, unchanged: 0 });
    expect(report.readingsPerSecond).toBeGreaterThan(0);
    expect(progress.at(-1)).toBe(960 + 288);
    const { rows } = await ground.pool.query(
      `select m.id, r.interval_s, r.time, r.value, r.quality from energy.reading r join energy.meter m using (meter_no)
       where m.id = $1 order by r.time offset 100 limit 1`,
      [water],
    );
    expect(rows).toEqual([
      { id: water, interval_s: 900, time: new Date('2016-02-29T01:00:00Z'), value: 100 / 3, quality: 0 },
    ]);
    await areRight();
    expect(await ground.ingestion.latestTimes()).toEqual(
      new Map([
        [gas, Date.parse('2016-01-30T20:00:00Z') + 959 * 3_600_000],
        [water, Date.parse('2016-03-01T23:45:00Z')],
      ]),
    );
  });

  // Proves: import.repeatable
  test('changes nothing the second time', async () => {
    await ground.ingestion.bulk(inBatches([quarter(gas)], [quarter(water)]));
    const [before, rollups] = [await everything(), await keptRollups(ground.pool)];
    const report = await ground.ingestion.bulk(inBatches([quarter(gas)], [quarter(water)]));
    expect(report).toMatchObject({ readings: 1_920, inserted: 0, updated: 0, unchanged: 1_920 });
    expect(await everything()).toEqual(before);
    expect(await keptRollups(ground.pool)).toEqual(rollups);
  });

  test('takes over what changed and adds what is new', async () => {
    await ground.ingestion.bulk(inBatches([quarter(gas)]));
    const report = await ground.ingestion.bulk(
      inBatches([seriesOf(gas, '2016-03-01T00:00:00Z', 24 * 20, { valueAt: () => 500 }), quarter(water)]),
    );
    // The first load ended with 2016-03-10T19:00Z.
    expect(report).toMatchObject({ updated: 24 * 9 + 20, inserted: 24 * 10 + 4 + 960, unchanged: 0 });
    await areRight();
  });

  test('is the same whatever the order of months, meters and readings', async () => {
    const months = ['2016-01', '2016-02', '2016-03'].map((month) =>
      [gas, water].map((id) => seriesOf(id, `${month}-01T00:00:00Z`, 600)),
    );
    await ground.ingestion.bulk(inBatches(...months));
    const [expected, rollups] = [await everything(), await keptRollups(ground.pool)];
    await using other = await createEnergyGround({ engine });
    await other.register({ id: 'A', timeZone: 'America/New_York' }, [{ type: 'GAS' }]);
    await other.register({ id: 'B', timeZone: 'Asia/Kolkata' }, [{ type: 'WATER', intervalSeconds: 900 }]);
    const pieces = months.flat().flatMap((series) => [half(series, 1), half(series, 0)]);
    await other.ingestion.bulk(inBatches(...pieces.toReversed().map((series) => [series])));
    expect((await other.pool.query('select * from energy.reading order by meter_no, time')).rows).toEqual(
      expected,
    );
    expect(await keptRollups(other.pool)).toEqual(rollups);
  });

  test('counts the last of readings that come twice', async () => {
    const twice: MeterSeries = {
      meterId: gas,
      intervalSeconds: 3_600,
      timesMs: Float64Array.of(
        ...['00', '01', '01', '02'].map((hour) => Date.parse(`2016-11-06T${hour}:00:00Z`)),
      ),
      values: Float64Array.of(1, 2, 3, 4),
    };
    const again = {
      ...twice,
      timesMs: twice.timesMs.subarray(3),
      values: Float64Array.of(5),
      intervalSeconds: 1_800,
    };
    await ground.ingestion.bulk(inBatches([twice, again]));
    expect((await everything()).map(({ value, interval_s }) => [value, interval_s])).toEqual([
      [1, 3_600],
      [3, 3_600],
      [5, 1_800],
    ]);
    await areRight();
  });

  test('refuses a series that can not be, by name, and keeps what came before it', async () => {
    const good = quarter(gas);
    const bad: readonly (readonly [Partial<MeterSeries>, RegExp])[] = [
      [{ meterId: 'C:gas' }, /readings of meter C:gas can't be loaded: it is not registered/],
      [{ intervalSeconds: 0 }, /their interval is 0 s/],
      [{ timesMs: Float64Array.of(1) }, /1 times and 960 values/],
      [{ timesMs: good.timesMs.toReversed() }, /number 1 is at \d+ ms, behind one at \d+ ms/],
      [{ timesMs: good.timesMs.map((time) => -time) }, /number 0 is at -/],
      [
        { values: good.values.map((value, index) => (index === 5 ? Number.NaN : value)) },
        /number 5, at 2016-01-31T01:00:00.000Z, is NaN/,
      ],
      [{ values: good.values.map((value) => -value) }, /is -1; values are finite and not negative/],
    ];
    for (const [wrong, message] of bad) {
      await expect(ground.ingestion.bulk(inBatches([{ ...good, ...wrong }]))).rejects.toThrow(message);
    }
    expect(await everything()).toEqual([]);
  });

  test('ends when it is told to, or when its source fails, with rollups for what is in', async () => {
    const stop = new AbortController();
    async function* source(fail: boolean) {
      for (let month = 0; month < 6; month += 1) {
        yield [seriesOf(gas, new Date(Date.UTC(2016, month)).toISOString(), 600)];
        if (fail && month === 4) throw new Error('the file ends here');
      }
    }
    await expect(
      ground.ingestion.bulk(source(false), {
        signal: stop.signal,
        onProgress: () => stop.abort(new Error('enough')),
      }),
    ).rejects.toThrow('enough');
    expect((await everything()).length).toBeGreaterThan(0);
    await areRight();
    await expect(ground.ingestion.bulk(source(true))).rejects.toThrow('the file ends here');
    await areRight();
    await ground.ingestion.bulk(source(false));
    expect(await everything()).toHaveLength(3_600);
    await areRight();
  });

  test('tells the bus at its end which buildings it touched', async () => {
    await ground.ingestion.bulk(inBatches([quarter(gas)], [quarter(water)]));
    const entries = await ground.redis.redis.xrange('eaio:events:{energy.history-loaded}', '-', '+');
    expect(entries).toHaveLength(1);
    for (const word of ['"A"', '"B"', 'energy:A', 'energy:B'])
      expect(JSON.stringify(entries).replaceAll('\\', '')).toContain(word);
  });

  // Proves: import.resumable
  test('killed anywhere, it is mended by the next start, and can be run again', async () => {
    const script = fileURLToPath(new URL('../../../../test/energy/loading-process.ts', import.meta.url));
    const child = spawn(process.execPath, [script, ground.database.url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    // What a kill between the readings and their rollups leaves behind, in case this one came at another moment.
    await ground.pool.query(
      `insert into energy.rollup_due (meter_no, from_time, to_time, sub_hourly)
       select meter_no, min(time), max(time), true from energy.reading group by meter_no`,
    );
    await ground.pool.query(
      'delete from energy.reading_day; delete from energy.reading_month; update energy.meter set first_reading_at = null, last_reading_at = null',
    );
    await untilGone(ground);
    expect(await ground.ingestion.settleRollups()).toBeGreaterThan(0);
    await areRight();
    const { rows } = await ground.pool.query('select max(time) as newest from energy.reading');
    expect((await ground.ingestion.latestTimes()).get(gas)).toBe(rows[0].newest.getTime());
    expect(
      JSON.stringify(await ground.redis.redis.xrange('eaio:events:{energy.history-loaded}', '-', '+')),
    ).toContain('energy:A');
    expect(await ground.ingestion.settleRollups()).toBe(0);
    const again = await ground.ingestion.bulk(
      inBatches([seriesOf(gas, '2010-01-01T00:00:00Z', 24 * 28, { intervalSeconds: 1_800 })]),
    );
    expect(again).toMatchObject({ unchanged: 672 });
    await areRight();
  });
});

/** The killed process' backends notice that it is gone, and roll back. */
async function untilGone({ pool }: EnergyGround): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(
      "select from pg_stat_activity where datname = current_database() and application_name = 'loading-process'",
    );
    if (rowCount === 0) return;
  }
}

/** The first or the second half of a series. */
function half(series: MeterSeries, which: 0 | 1): MeterSeries {
  const middle = series.timesMs.length >> 1;
  const [from, to] = which === 0 ? [0, middle] : [middle, series.timesMs.length];
  return { ...series, timesMs: series.timesMs.subarray(from, to), values: series.values.subarray(from, to) };
}
