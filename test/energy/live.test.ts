import pino from 'pino';
import { streamKey } from '../../platform/bus/keys.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import type { SubgraphResult } from '../../platform/subgraph/types.ts';
import { createEnergySubgraph } from '../../subgraphs/energy/subgraph.ts';
import { principalFor } from '../kit/token.ts';
import { take, within } from '../kit/wait.ts';
import { createManualTime } from './manual-time.ts';
import { createEnergyWorld, type EnergyWorld, meterOf, office, seriesOf } from './world.ts';

const ann = meterOf('East_office_Ann');
const gas = meterOf('East_office_Ann', { type: 'GAS' });
const bob = meterOf('West_office_Bob');
const zone = 'America/New_York';
const nowMs = Date.parse('2017-06-20T16:30:00Z'); // a Tuesday, half past noon in New York

const options = {
  buildings: [
    office('East_office_Ann', { timeZone: zone }),
    office('West_office_Bob', { timeZone: 'Europe/London' }),
  ],
  meters: [ann, gas, bob],
};

type Events = AsyncIterableIterator<SubgraphResult>;

async function open(
  world: EnergyWorld,
  query: string,
  {
    principal = principalFor('viewer'),
    after,
    signal,
  }: { principal?: Principal; after?: string | undefined; signal?: AbortSignal } = {},
): Promise<Events> {
  const opened = await world.subgraph.subscribe({ query, principal, after, signal });
  if (!(Symbol.asyncIterator in opened))
    throw new AggregateError(opened.errors ?? [], opened.errors?.[0]?.message);
  return opened;
}

const refusalOf = async (
  world: EnergyWorld,
  query: string,
  more: { principal?: Principal; after?: string } = {},
) => {
  const opened = await world.subgraph.subscribe({ query, principal: principalFor('viewer'), ...more });
  if (Symbol.asyncIterator in opened) throw new Error('The subscription was opened.');
  return opened.errors?.[0];
};

/** Stores readings of [meter, time, value]. */
const store = (world: EnergyWorld, readings: readonly (readonly [{ id: string }, string, number])[]) =>
  world.ingestion.ingest(
    principalFor('admin'),
    readings.map(([meter, time, value]) => ({ meterId: meter.id, time, value })),
  );

describe('readingAdded', () => {
  let world: EnergyWorld;
  beforeAll(async () => {
    world = await createEnergyWorld({ ...options, clock: () => nowMs });
  });
  afterEach(() => world.forgetReadings());
  afterAll(() => world[Symbol.asyncDispose]());

  const query =
    '{ readingAdded { time value unit quality intervalSeconds meter { id type building { id } } } }';
  const valuesOf = (events: readonly SubgraphResult[]) =>
    events.map(({ data }) => (data?.['readingAdded'] as { value: number } | undefined)?.value);
  const subscription = (args = '') => `subscription { readingAdded${args} { value } }`;

  // Proves: live.reading-added
  test('tells of each reading as it is stored, with what hangs on it', async () => {
    const events = await open(world, `subscription ${query}`);
    const first = events.next();
    await store(world, [[ann, '2017-06-20T15:00:00Z', 12.5]]);
    expect(await first).toEqual({
      done: false,
      value: {
        data: {
          readingAdded: {
            time: '2017-06-20T15:00:00.000Z',
            value: 12.5,
            unit: 'KILOWATT_HOUR',
            quality: 'GOOD',
            intervalSeconds: 3_600,
            meter: { id: ann.id, type: 'ELECTRICITY', building: { id: 'East_office_Ann' } },
          },
        },
        extensions: { cursor: expect.any(String), tags: ['energy:East_office_Ann'] },
      },
    });
    await events.return?.();
  });

  test('tells of what is stored after the subscription was opened, however late it is asked', async () => {
    const events = await open(world, subscription());
    await store(world, [[ann, '2017-06-20T15:00:00Z', 1]]);
    expect(valuesOf([(await events.next()).value])).toEqual([1]);
    await events.return?.();
  });

  test('is silent about readings that change nothing, and tells of those that do', async () => {
    await store(world, [[ann, '2017-06-20T15:00:00Z', 1]]);
    const events = await open(world, subscription());
    const first = events.next();
    await store(world, [[ann, '2017-06-20T15:00:00Z', 1]]);
    await store(world, [[ann, '2017-06-20T15:00:00Z', 2]]);
    expect(valuesOf([(await first).value])).toEqual([2]);
    await events.return?.();
  });

  // Proves: live.reading-added
  test.each([
    ['the buildings given', '(buildingIds: ["West_office_Bob"])', [3, 6]],
    ['the meter types given', '(meterTypes: [GAS])', [2, 5]],
    ['both', '(buildingIds: ["East_office_Ann"], meterTypes: [ELECTRICITY])', [1, 4]],
  ])('keeps to %s', async (_, args, expected) => {
    const events = await open(world, subscription(args));
    const both = take(events, 2, { what: 'two readings' });
    await store(world, [
      [ann, '2017-06-20T13:00:00Z', 1],
      [gas, '2017-06-20T13:00:00Z', 2],
      [bob, '2017-06-20T13:00:00Z', 3],
      [ann, '2017-06-20T14:00:00Z', 4],
      [gas, '2017-06-20T14:00:00Z', 5],
      [bob, '2017-06-20T14:00:00Z', 6],
    ]);
    expect(valuesOf(await both)).toEqual(expected);
    await events.return?.();
  });

  // Proves: identity.granted-buildings
  test('keeps to the buildings that the caller was granted', async () => {
    const principal = principalFor('viewer', { buildings: ['West_office_Bob'] });
    const events = await open(world, subscription(), { principal });
    const first = events.next();
    await store(world, [
      [ann, '2017-06-20T13:00:00Z', 1],
      [bob, '2017-06-20T13:00:00Z', 3],
    ]);
    expect(valuesOf([(await first).value])).toEqual([3]);
    await events.return?.();
    expect(
      await refusalOf(world, subscription('(buildingIds: ["West_office_Bob", "East_office_Ann"])'), {
        principal,
      }),
    ).toMatchObject({
      message: 'There is no building East_office_Ann that you may see.',
      extensions: { code: 'NOT_FOUND' },
    });
  });

  // Proves: live.resume
  test('goes on behind the cursor of any reading, in the middle of a batch too', async () => {
    const events = await open(world, subscription('(meterTypes: [ELECTRICITY])'));
    const all = take(events, 6, { what: 'six readings' });
    await store(world, [
      [ann, '2017-06-20T10:00:00Z', 1],
      [gas, '2017-06-20T10:00:00Z', 100],
      [ann, '2017-06-20T11:00:00Z', 2],
      [ann, '2017-06-20T12:00:00Z', 3],
      [gas, '2017-06-20T12:30:00Z', 101],
    ]);
    await store(world, [[bob, '2017-06-20T12:00:00Z', 4]]);
    await store(world, [
      [ann, '2017-06-20T13:00:00Z', 5],
      [bob, '2017-06-20T14:00:00Z', 6],
    ]);
    const seen = await all;
    await events.return?.();
    expect(valuesOf(seen)).toEqual([1, 2, 3, 4, 5, 6]);
    await store(world, [[bob, '2017-06-20T15:00:00Z', 7]]);
    for (const [index, { extensions }] of seen.entries()) {
      const rest = [...valuesOf(seen).slice(index + 1), 7];
      const again = await open(world, subscription('(meterTypes: [ELECTRICITY])'), {
        after: extensions?.cursor,
      });
      expect(valuesOf(await take(again, rest.length, { what: 'the rest' }))).toEqual(rest);
      await again.return?.();
    }
  });

  // Proves: live.gap
  test('tells of a gap when the stream does not hold the place any more, then goes on', async () => {
    const events = await open(world, subscription());
    const first = events.next();
    await store(world, [[ann, '2017-06-20T10:00:00Z', 1]]);
    const { extensions } = (await first).value;
    await events.return?.();
    await store(world, [[ann, '2017-06-20T11:00:00Z', 2]]);
    await store(world, [[ann, '2017-06-20T12:00:00Z', 3]]);
    await world.redis.redis.xtrim(streamKey('energy.readings-stored'), 'MAXLEN', 1);
    const again = await open(world, subscription(), { after: extensions?.cursor });
    const [gap, next] = await take(again, 2, { what: 'the gap and the next reading' });
    expect(gap).toMatchObject({
      data: null,
      extensions: {
        gap: { from: expect.any(String), to: expect.any(String), reason: expect.any(String) },
        cursor: expect.any(String),
      },
    });
    expect(valuesOf(next === undefined ? [] : [next])).toEqual([3]);
    await again.return?.();
    // The gap's own cursor goes on behind it.
    const behind = await open(world, subscription(), { after: gap?.extensions?.cursor });
    expect(valuesOf(await take(behind, 1, { what: 'the reading behind the gap' }))).toEqual([3]);
    await behind.return?.();
  });

  test.each([
    'nonsense',
    Buffer.from('["readingAdded","1-x",null]').toString('base64url'),
    Buffer.from('["meter:ID","a"]').toString('base64url'),
  ])('refuses a cursor that is none: %s', async (after) => {
    expect(await refusalOf(world, subscription(), { after })).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test.each(['buildingIds', 'meterTypes'])(
    'refuses to follow nothing: an empty list of %s',
    async (argument) => {
      expect(await refusalOf(world, subscription(`(${argument}: [])`))).toMatchObject({
        message: expect.stringMatching(`${argument} is an empty list: name at least one`),
        extensions: { code: 'BAD_USER_INPUT' },
      });
    },
  );

  test('asks the database only for what a reading does not know of its meter', async () => {
    const lookUps = async (selection: string): Promise<number> => {
      const events = await open(world, `subscription { readingAdded { value meter { ${selection} } } }`);
      const first = events.next();
      world.database.forgetStatements();
      await store(world, [[ann, '2017-06-20T15:00:00Z', Math.random()]]);
      expect((await first).value).toMatchObject({ data: { readingAdded: { meter: expect.any(Object) } } });
      await events.return?.();
      return world.database.statements.filter((text) => text.includes('where m.id = any($1::text[]) and'))
        .length;
    };
    expect(await lookUps('id type unit building { id }')).toBe(0);
    expect(await lookUps('intervalSeconds firstReadingAt lastReadingAt latestReading { value }')).toBe(1);
  });

  test('ends when the caller goes', async () => {
    const controller = new AbortController();
    const events = await open(world, subscription(), { signal: controller.signal });
    const waiting = events.next();
    controller.abort();
    expect(await within(waiting, { what: 'the end' })).toEqual({ done: true, value: undefined });
  });
});

describe('energyPulse', () => {
  let world: EnergyWorld;
  const time = createManualTime(nowMs);

  beforeAll(async () => {
    world = await createEnergyWorld({ ...options, ...time });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  beforeEach(async () => {
    // Eight Tuesdays of 1, 2, ... 8 kWh an hour before this one, whose 12 hours so far have 6 kWh.
    await world.load([
      ...Array.from({ length: 8 }, (_, week) =>
        seriesOf(
          ann,
          `2017-${['04-25', '05-02', '05-09', '05-16', '05-23', '05-30', '06-06', '06-13'][week]}T04:00:00Z`,
          24,
          () => week + 1,
        ),
      ),
      seriesOf(ann, '2017-06-20T04:00:00Z', 12, () => 6),
    ]);
  });
  afterEach(() => world.forgetReadings());

  const query = `subscription { energyPulse(buildingId: "East_office_Ann") {
    building { id } type unit asOf currentRate date today normalByNow ratio status
  } }`;
  type Pulse = Readonly<Record<string, unknown>>;
  const pulseOf = (event: SubgraphResult): Pulse => event.data?.['energyPulse'] as Pulse;

  const present: Pulse = {
    building: { id: 'East_office_Ann' },
    type: 'ELECTRICITY',
    unit: 'KILOWATT_HOUR',
    asOf: '2017-06-20T15:00:00.000Z',
    currentRate: 6,
    date: '2017-06-20',
    today: 72,
    normalByNow: 12 * 4.5,
    ratio: 72 / 54,
    status: 'ABOVE_NORMAL',
  };

  // Proves: live.pulse
  test('comes at once, with today against a normal day', async () => {
    const events = await open(world, query);
    expect((await events.next()).value).toEqual({
      data: { energyPulse: present },
      extensions: { key: 'East_office_Ann ELECTRICITY' },
    });
    await events.return?.();
  });

  // Proves: live.pulse-pace
  test('takes together what comes within a second, and tells the latest at its end', async () => {
    const readings = await open(world, 'subscription { readingAdded { value } }');
    const all = take(readings, 5, { what: 'all readings' });
    const events = await open(world, query);
    await events.next();
    const second = events.next();
    time.advance(300);
    await store(world, [[ann, '2017-06-20T16:00:00Z', 1]]);
    expect(await time.untilAsleep()).toBe(700);
    await store(world, [[ann, '2017-06-20T16:00:00Z', 2]]);
    await store(world, [
      [ann, '2017-06-20T15:00:00Z', 10],
      [gas, '2017-06-20T16:00:00Z', 500],
      [bob, '2017-06-20T16:00:00Z', 500],
    ]);
    // Whoever follows the same stream has seen all five: so has the pulse.
    await all;
    time.advance(700);
    expect(pulseOf((await second).value)).toMatchObject({
      asOf: '2017-06-20T16:00:00.000Z',
      today: 72 + 4 + 2,
      currentRate: 2,
      normalByNow: 13 * 4.5,
    });
    await events.return?.();
    await readings.return?.();
  });

  test('is silent when nothing changed, and comes at once when a second has passed', async () => {
    const readings = await open(world, 'subscription { readingAdded { value } }');
    const all = take(readings, 1, { what: 'the first reading' });
    const events = await open(world, query);
    await events.next();
    const second = events.next();
    time.advance(5_000);
    // A day that is no part of a pulse.
    await store(world, [[ann, '2017-06-18T15:00:00Z', 1]]);
    await all;
    await readings.return?.();
    await store(world, [[ann, '2017-06-20T16:00:00Z', 3]]);
    expect(pulseOf((await second).value)).toMatchObject({ today: 75, asOf: '2017-06-20T16:00:00.000Z' });
    await events.return?.();
  });

  test('begins anew with the next local day', async () => {
    const events = await open(world, query);
    await events.next();
    const second = events.next();
    time.advance(86_400_000);
    await store(world, [[ann, '2017-06-21T04:00:00Z', 5]]);
    expect(pulseOf((await second).value)).toMatchObject({
      date: '2017-06-21',
      today: 5,
      normalByNow: null,
      ratio: null,
      status: 'UNKNOWN',
    });
    await events.return?.();
    time.advance(-86_400_000);
  });

  test('follows late readings of the days that make the normal one', async () => {
    const events = await open(world, query);
    await events.next();
    const second = events.next();
    time.advance(1_000);
    await store(world, [[ann, '2017-05-16T10:00:00Z', 104]]);
    expect(pulseOf((await second).value)).toMatchObject({ today: 72, normalByNow: (5 * 12 + 6 * 12) / 2 });
    await events.return?.();
  });

  test('is made anew after history was loaded', async () => {
    const events = await open(world, query);
    await events.next();
    const second = events.next();
    time.advance(1_000);
    await world.load([seriesOf(ann, '2017-06-20T04:00:00Z', 12, () => 1)]);
    expect(pulseOf((await second).value)).toMatchObject({ today: 12, status: 'BELOW_NORMAL' });
    await events.return?.();
  });

  test('of a building that was never read is empty until the first reading', async () => {
    const events = await open(
      world,
      `subscription { energyPulse(buildingId: "West_office_Bob") { asOf today currentRate status } }`,
    );
    expect(pulseOf((await events.next()).value)).toEqual({
      asOf: null,
      today: null,
      currentRate: null,
      status: 'UNKNOWN',
    });
    const second = events.next();
    time.advance(1_000);
    await store(world, [[bob, '2017-06-20T16:00:00Z', 3]]);
    expect(pulseOf((await second).value)).toEqual({
      asOf: '2017-06-20T16:00:00.000Z',
      today: 3,
      currentRate: 3,
      status: 'UNKNOWN',
    });
    await events.return?.();
  });

  test('is refused for a building that is not there or not granted, and for a meter that it has not', async () => {
    const missing = { message: expect.stringMatching(/no building/), extensions: { code: 'NOT_FOUND' } };
    expect(
      await refusalOf(world, 'subscription { energyPulse(buildingId: "nowhere") { today } }'),
    ).toMatchObject(missing);
    expect(
      await refusalOf(world, query, {
        principal: principalFor('viewer', { buildings: ['West_office_Bob'] }),
      }),
    ).toMatchObject(missing);
    expect(
      await refusalOf(
        world,
        'subscription { energyPulse(buildingId: "East_office_Ann", type: STEAM) { today } }',
      ),
    ).toMatchObject({
      message: 'East_office_Ann has no STEAM meter. The types of its meters are: ELECTRICITY, GAS.',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test('waits by the real clock unless it is given another', async () => {
    const subgraph = createEnergySubgraph({ ...world, log: pino({ level: 'silent' }), clock: time.clock });
    const opened = await subgraph.subscribe({ query, principal: principalFor('viewer') });
    if (!(Symbol.asyncIterator in opened)) throw new Error(opened.errors?.[0]?.message);
    await opened.next();
    const second = opened.next();
    time.advance(2_000);
    await store(world, [[ann, '2017-06-20T16:00:00Z', 1]]);
    expect(pulseOf((await second).value)).toMatchObject({ today: 73 });
    // The given clock stands: the next pulse is a real second away, and is not waited for.
    const third = opened.next();
    await store(world, [[ann, '2017-06-20T16:00:00Z', 2]]);
    await opened.return?.();
    expect(await within(third, { what: 'the end' })).toEqual({ done: true, value: undefined });
  });

  test('ends when the caller goes, asleep or awake', async () => {
    const controller = new AbortController();
    const events = await open(world, query, { signal: controller.signal });
    await events.next();
    const waiting = events.next();
    await store(world, [[ann, '2017-06-20T16:00:00Z', 1]]);
    await time.untilAsleep();
    controller.abort();
    expect(await within(waiting, { what: 'the end' })).toEqual({ done: true, value: undefined });
  });
});
