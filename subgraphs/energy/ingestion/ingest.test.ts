import { createEnergyGround, type EnergyGround } from '../../../test/energy/ground.ts';
import { computedRollups, keptRollups } from '../../../test/energy/rollups.ts';
import { engines } from '../../../test/kit/engines.ts';
import { principalFor } from '../../../test/kit/token.ts';
import { until } from '../../../test/kit/wait.ts';
import type { ReadingInput } from './types.ts';

const integrator = principalFor('integrator');
const now = Date.parse('2017-06-30T12:00:00Z');

describe.each(engines())('ingesting on %s', (engine) => {
  let ground: EnergyGround;
  beforeAll(async () => {
    ground = await createEnergyGround({ engine, clock: () => now });
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  const ingest = (items: readonly ReadingInput[], principal = integrator) =>
    ground.ingestion.ingest(principal, items);
  const stored = async (meterId: string) => {
    const { rows } = await ground.pool.query(
      'select r.time, r.interval_s, r.value from energy.reading r join energy.meter m using (meter_no) where m.id = $1 order by r.time',
      [meterId],
    );
    return rows.map(({ time, interval_s, value }) => [time.toISOString().slice(0, 16), interval_s, value]);
  };
  /** Events of a topic in the order of the stream, so far. */
  const events = async (topic: string) => {
    const entries = await ground.redis.redis.xrange(`eaio:events:{${topic}}`, '-', '+');
    return entries.map(([, fields]) => fields.join(' '));
  };

  // Proves: ingest.repeatable
  test('stores what is new, tells what is known, and takes over what changed', async () => {
    const [id = ''] = await ground.register({ id: 'Known' }, [{ type: 'ELECTRICITY' }]);
    const items = [
      { meterId: id, time: '2017-06-01T06:00:00Z', value: 1 },
      { meterId: id, time: '2017-06-01T07:00:00Z', value: 2 },
    ];
    expect(await ingest(items)).toEqual({
      stored: 2,
      unchanged: 0,
      rejected: 0,
      results: [
        { index: 0, status: 'STORED', error: null },
        { index: 1, status: 'STORED', error: null },
      ],
    });
    const rows = await ground.pool.query('select ctid, xmin from energy.reading');
    expect(await ingest(items)).toMatchObject({ stored: 0, unchanged: 2, rejected: 0 });
    expect((await ground.pool.query('select ctid, xmin from energy.reading')).rows).toEqual(rows.rows);
    expect(
      await ingest([
        { meterId: id, time: '2017-06-01T06:00:00Z', value: 1 },
        { meterId: id, time: '2017-06-01T07:00:00Z', value: 3 },
        { meterId: id, time: '2017-06-01T08:00:00Z', value: 4, intervalSeconds: 1_800 },
      ]),
    ).toMatchObject({
      stored: 2,
      unchanged: 1,
      results: [{ status: 'UNCHANGED' }, { status: 'STORED' }, { status: 'STORED' }],
    });
    expect(await stored(id)).toEqual([
      ['2017-06-01T06:00', 3600, 1],
      ['2017-06-01T07:00', 3600, 3],
      ['2017-06-01T08:00', 1800, 4],
    ]);
    expect(await keptRollups(ground.pool)).toEqual(await computedRollups(ground.pool));
  });

  test('keeps the good items beside bad ones, and answers in the order sent', async () => {
    const [id = ''] = await ground.register({ id: 'Mixed' }, [{ type: 'GAS' }]);
    const result = await ingest([
      { meterId: id, time: '2017-06-01T06:00:00Z', value: -1 },
      { meterId: id, time: '2017-06-01T06:00:00Z', value: 1 },
      { meterId: 'Nobody:gas', time: '2017-06-01T06:00:00Z', value: 1 },
      { meterId: id, time: '2017-06-01T06:00:00Z', value: 2 },
      { meterId: id, time: 'soon', value: 1 },
      { meterId: id, time: '2017-06-30T14:00:00Z', value: 1 },
    ]);
    expect(result).toMatchObject({ stored: 1, unchanged: 0, rejected: 5 });
    expect(result.results.map(({ index, status, error }) => [index, status, error?.code])).toEqual([
      [0, 'REJECTED', 'NEGATIVE_VALUE'],
      [1, 'REJECTED', 'DUPLICATE_IN_REQUEST'],
      [2, 'REJECTED', 'UNKNOWN_METER'],
      [3, 'STORED', undefined],
      [4, 'REJECTED', 'BAD_TIME'],
      [5, 'REJECTED', 'FUTURE_TIME'],
    ]);
    expect(await stored(id)).toEqual([['2017-06-01T06:00', 3600, 2]]);
  });

  test('stores readings of granted buildings only', async () => {
    const [mine = ''] = await ground.register({ id: 'Mine' }, [{ type: 'GAS' }]);
    const [theirs = ''] = await ground.register({ id: 'Theirs' }, [{ type: 'GAS' }]);
    const result = await ingest(
      [mine, theirs].map((meterId) => ({ meterId, time: '2017-06-01T06:00:00Z', value: 1 })),
      principalFor('integrator', { buildings: ['Mine'] }),
    );
    expect(result.results.map(({ error }) => error?.code)).toEqual([undefined, 'FORBIDDEN_METER']);
    expect(await stored(theirs)).toEqual([]);
  });

  test('takes 1 to 10,000 items', async () => {
    const [id = ''] = await ground.register({ id: 'Limits' }, [{ type: 'WATER', intervalSeconds: 60 }]);
    const items = Array.from({ length: 10_001 }, (_, index) => ({
      meterId: id,
      time: new Date(Date.parse('2017-05-01T00:00Z') + index * 60_000),
      value: 1,
    }));
    await expect(ingest([])).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('send 1 to 10000'),
    });
    await expect(ingest(items)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('has 10001 items'),
    });
    expect(await ingest(items.slice(1))).toMatchObject({ stored: 10_000 });
  });

  test('uses the interval with which a meter is registered now, whichever process registered it', async () => {
    const [id = ''] = await ground.register({ id: 'Interval' }, [{ type: 'GAS' }]);
    await ingest([{ meterId: id, time: '2017-06-01T06:00:00Z', value: 1 }]);
    const other = await ground.another();
    await other.registerMeters([{ id, buildingId: 'Interval', type: 'GAS', intervalSeconds: 900 }]);
    await ingest([{ meterId: id, time: '2017-06-01T07:00:00Z', value: 1 }]);
    expect(await stored(id)).toEqual([
      ['2017-06-01T06:00', 3600, 1],
      ['2017-06-01T07:00', 900, 1],
    ]);
  });

  test('knows a meter as soon as another process has registered it', async () => {
    const unknown = [{ meterId: 'Later:steam', time: '2017-06-01T06:00:00Z', value: 1 }];
    expect(await ingest(unknown)).toMatchObject({ rejected: 1 });
    const other = await ground.another();
    await other.registerBuildings([
      { id: 'Later', siteId: 'Site', timeZone: 'UTC', floorAreaSqm: null, primaryUse: 'OFFICE' },
    ]);
    await other.registerMeters([
      { id: 'Later:steam', buildingId: 'Later', type: 'STEAM', intervalSeconds: 3_600 },
    ]);
    expect(await ingest(unknown)).toMatchObject({ stored: 1 });
  });

  test('remembers meters: a second batch costs no question after them', async () => {
    const [id = ''] = await ground.register({ id: 'Remembered' }, [{ type: 'GAS' }]);
    const batch = (hour: number) => [
      { meterId: id, time: new Date(Date.parse('2017-06-01T00:00Z') + hour * 3_600_000), value: 1 },
    ];
    await ingest(batch(0));
    ground.database.forgetStatements();
    await ingest(batch(1));
    const statements = ground.database.statements.filter((text) => !/^(begin|commit|set local)/.test(text));
    expect(statements).toHaveLength(2);
  });

  test('keeps when a meter was first and last read, in whatever order readings come', async () => {
    const [id = ''] = await ground.register({ id: 'Ends' }, [{ type: 'GAS' }]);
    expect((await ground.ingestion.latestTimes()).has(id)).toBe(false);
    for (const time of ['2017-06-02T06:00:00Z', '2017-06-03T06:00:00Z', '2017-06-01T06:00:00Z']) {
      await ingest([{ meterId: id, time, value: 1 }]);
    }
    const { rows } = await ground.pool.query(
      'select first_reading_at, last_reading_at from energy.meter where id = $1',
      [id],
    );
    expect(rows).toEqual([
      {
        first_reading_at: new Date('2017-06-01T06:00:00Z'),
        last_reading_at: new Date('2017-06-03T06:00:00Z'),
      },
    ]);
    expect((await ground.ingestion.latestTimes()).get(id)).toBe(Date.parse('2017-06-03T06:00:00Z'));
    expect((await ground.ingestion.storedUntil()).get(id)).toBe(Date.parse('2017-06-03T07:00:00Z'));
    await ingest([{ meterId: id, time: '2017-06-03T06:15:00Z', value: 1, intervalSeconds: 900 }]);
    expect((await ground.ingestion.storedUntil()).get(id)).toBe(Date.parse('2017-06-03T06:30:00Z'));
  });

  test('tells the bus what was stored, after it can be read, and nothing of what was not', async () => {
    const [id = ''] = await ground.register({ id: 'Told' }, [{ type: 'CHILLED_WATER' }]);
    await using stop = abortOnDispose();
    const deliveries = ground.bus.follow('energy.readings-stored', {
      after: (await ground.bus.head('energy.readings-stored')) ?? '0-0',
      signal: stop.signal,
    });
    await ingest([{ meterId: id, time: '2017-06-01T06:00:00Z', value: 1 }]);
    await ingest([
      { meterId: id, time: '2017-06-01T07:00:00Z', value: 2.5 },
      { meterId: id, time: '2017-06-01T06:00:00Z', value: 1 },
      { meterId: id, time: '2017-06-01T08:00:00Z', value: -1 },
      { meterId: id, time: '2017-06-01T05:00:00Z', value: 3 },
    ]);
    const first = await deliveries.next();
    expect(first.value).toMatchObject({
      kind: 'event',
      event: { source: '/subgraphs/energy', tags: ['energy', 'energy:Told'] },
    });
    const second = await deliveries.next();
    const reading = {
      meterId: id,
      buildingId: 'Told',
      type: 'CHILLED_WATER',
      intervalSeconds: 3_600,
      quality: 'GOOD',
    };
    expect(second.value).toMatchObject({
      kind: 'event',
      event: {
        type: 'eaio.energy.readings-stored.v1',
        data: {
          readings: [
            { ...reading, time: '2017-06-01T07:00:00.000Z', value: 2.5 },
            { ...reading, time: '2017-06-01T05:00:00.000Z', value: 3 },
          ],
        },
      },
    });
    const before = (await events('energy.readings-stored')).length;
    await ingest([{ meterId: id, time: '2017-06-01T06:00:00Z', value: 1 }]);
    expect(await events('energy.readings-stored')).toHaveLength(before);
  });

  // Proves: ingest.bus-away
  test('stores while the bus is away, and tells it when it is back', async () => {
    const [id = ''] = await ground.register({ id: 'Away' }, [{ type: 'GAS' }]);
    await ground.redis.stop();
    for (const hour of ['06', '07']) {
      expect(await ingest([{ meterId: id, time: `2017-06-01T${hour}:00:00Z`, value: 1 }])).toMatchObject({
        stored: 1,
      });
    }
    await ground.redis.start();
    const told = await until(
      async () => {
        const all = (await events('energy.readings-stored')).filter((event) => event.includes('energy:Away'));
        return all.length === 2 && all;
      },
      { what: 'the events that waited' },
    );
    expect(told).toEqual([expect.stringContaining('T06:00'), expect.stringContaining('T07:00')]);
    // Told after the events are there.
    const back = expect.objectContaining({ msg: 'The bus is back and has the events that waited' });
    await until(async () => ground.lines.some((line) => back.asymmetricMatch(line)), {
      what: 'the line that says so',
    });
  });
});

function abortOnDispose() {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    async [Symbol.asyncDispose]() {
      controller.abort();
    },
  };
}
