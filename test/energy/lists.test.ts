import { principalFor } from '../kit/token.ts';
import { createEnergyWorld, type EnergyWorld, meterOf, office, seriesOf } from './world.ts';

const buildingIds = Array.from({ length: 6 }, (_, index) => `Hill_office_B${index}`);
const types = ['ELECTRICITY', 'GAS', 'WATER'] as const;
const meters = [
  ...buildingIds.flatMap((id) => types.map((type) => meterOf(id, { type }))),
  meterOf('Vale_lab_100%_pure'),
];

interface Meters {
  readonly meters: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly id: string }[];
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string | null;
      readonly endCursor: string | null;
    };
  };
}

const page =
  'totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

describe('lists', () => {
  let world: EnergyWorld;
  beforeAll(async () => {
    world = await createEnergyWorld({
      buildings: [...buildingIds.map((id) => office(id)), office('Vale_lab_100%_pure')],
      meters,
    });
    await world.load([seriesOf(meterOf('Hill_office_B0'), '2017-06-01T00:00:00Z', 48, (hour) => hour)]);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const list = async (args: string): Promise<Meters['meters']> =>
    (await world.ask<Meters>(`{ meters${args} { ${page} } }`)).meters;
  const refusal = async (query: string) => (await world.run(query)).errors?.[0];

  describe('of meters', () => {
    // Proves: graph.connections
    test('have every meter once, page by page, in the order of the ids', async () => {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { nodes, pageInfo, totalCount, edges } = await list(
          `(first: 5${after === null ? '' : `, after: "${after}"`})`,
        );
        expect(totalCount).toBe(meters.length);
        expect(pageInfo).toMatchObject({
          startCursor: edges[0]?.cursor,
          endCursor: edges.at(-1)?.cursor,
          hasPreviousPage: after !== null,
        });
        seen.push(...nodes.map(({ id }) => id));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after !== null);
      expect(seen).toHaveLength(meters.length);
      expect(new Set(seen)).toEqual(new Set(meters.map(({ id }) => id)));
    });

    // Proves: graph.filters
    test.each([
      ['buildings', '{ buildingIds: ["Hill_office_B1", "Hill_office_B2", "nowhere"] }', 6],
      ['sites', '{ siteIds: ["Vale"] }', 1],
      ['types', '{ types: [GAS, WATER] }', 12],
      ['words, whatever their case', '{ text: "b3 ELECTR" }', 1],
      ['a sign that stands for itself', '{ text: "100%_" }', 1],
      ['several conditions, all of which must hold', '{ siteIds: ["Hill"], types: [GAS], text: "B4" }', 1],
      ['nothing', '{ types: [] }', 0],
      ['no condition', '{ text: "  " }', meters.length],
    ])('are filtered by %s', async (_, filter, count) => {
      const { totalCount, nodes } = await list(`(filter: ${filter}, first: 500)`);
      expect([totalCount, nodes.length]).toEqual([count, count]);
    });

    test('of a building are all of its meters, or those of some types, page by page', async () => {
      const of = async (args: string) =>
        (await world.building<Meters>('Hill_office_B0', `meters${args} { ${page} }`)).meters;
      const first = await of('(first: 2)');
      expect(first.nodes.map(({ id }) => id)).toEqual(['Hill_office_B0:electricity', 'Hill_office_B0:gas']);
      expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
      const second = await of(`(first: 2, after: "${first.pageInfo.endCursor}")`);
      expect(second.nodes.map(({ id }) => id)).toEqual(['Hill_office_B0:water']);
      expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
      expect((await of('(types: [WATER])')).nodes).toEqual([{ id: 'Hill_office_B0:water' }]);
      // A cursor of a meter that is not among them stands where it would be.
      expect((await of(`(types: [WATER], after: "${first.pageInfo.startCursor}")`)).nodes).toEqual([
        { id: 'Hill_office_B0:water' },
      ]);
    });

    // Proves: graph.bad-arguments
    test.each([
      ['(first: 0)', /"first" takes 1 to 500, not 0/],
      ['(first: 501)', /"first" takes 1 to 500, not 501/],
      [`(filter: { text: "${'x'.repeat(201)}" })`, /"text" takes up to 200 characters, not 201/],
      ['(after: "nonsense")', /`endCursor` of a page of the same list/],
    ])('%s is refused with what is allowed', async (args, message) => {
      expect(await refusal(`{ meters${args} { totalCount } }`)).toMatchObject({
        message: expect.stringMatching(message),
        extensions: { code: 'BAD_USER_INPUT' },
      });
    });
  });

  describe('of readings', () => {
    const id = 'Hill_office_B0:electricity';
    const read = async (args: string) => {
      const { meter } = await world.ask<{
        meter: {
          readings: {
            nodes: readonly {
              time: string;
              value: number;
              quality: string;
              unit: string;
              intervalSeconds: number;
              meter: { id: string };
            }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        };
      }>(
        `{ meter(id: "${id}") { readings(${args}) { nodes { time value quality unit intervalSeconds meter { id } } pageInfo { hasNextPage endCursor } } } }`,
      );
      return meter.readings;
    };
    const range = 'from: "2017-06-01T06:00:00Z", to: "2017-06-01T12:00:00Z"';

    // Proves: graph.raw-readings
    test('have those from the first instant, included, to the last, excluded', async () => {
      const { nodes, pageInfo } = await read(range);
      expect(nodes.map(({ value }) => value)).toEqual([6, 7, 8, 9, 10, 11]);
      expect(nodes[0]).toEqual({
        time: '2017-06-01T06:00:00.000Z',
        value: 6,
        quality: 'GOOD',
        unit: 'KILOWATT_HOUR',
        intervalSeconds: 3_600,
        meter: { id },
      });
      expect(pageInfo.hasNextPage).toBe(false);
    });

    // Proves: graph.raw-readings
    test('go on behind the cursor of the page before', async () => {
      const first = await read(`${range}, first: 4`);
      expect(first.nodes.map(({ value }) => value)).toEqual([6, 7, 8, 9]);
      expect(first.pageInfo.hasNextPage).toBe(true);
      const second = await read(`${range}, first: 4, after: "${first.pageInfo.endCursor}"`);
      expect(second.nodes.map(({ value }) => value)).toEqual([10, 11]);
    });

    test('are none where there are none', async () => {
      expect((await read('from: "2016-06-01T06:00:00Z", to: "2016-06-01T12:00:00Z"')).nodes).toEqual([]);
    });

    test.each([
      ['from: "2017-06-02T00:00:00Z", to: "2017-06-01T00:00:00Z"', /`from` must be before `to`/],
      [`${range}, first: 10001`, /"first" takes 1 to 10000, not 10001/],
    ])('%s is refused', async (args, message) => {
      expect(await refusal(`{ meter(id: "${id}") { readings(${args}) { nodes { value } } } }`)).toMatchObject(
        {
          message: expect.stringMatching(message),
          extensions: { code: 'BAD_USER_INPUT' },
        },
      );
    });
  });

  test('a meter says what it is, since when it measures, and what it measured last', async () => {
    const { meter } = await world.ask<{ meter: unknown }>(
      `{ meter(id: "Hill_office_B0:electricity") { id type unit intervalSeconds firstReadingAt lastReadingAt building { id } latestReading { time value } } }`,
    );
    expect(meter).toEqual({
      id: 'Hill_office_B0:electricity',
      type: 'ELECTRICITY',
      unit: 'KILOWATT_HOUR',
      intervalSeconds: 3_600,
      firstReadingAt: '2017-06-01T00:00:00.000Z',
      lastReadingAt: '2017-06-02T23:00:00.000Z',
      building: { id: 'Hill_office_B0' },
      latestReading: { time: '2017-06-02T23:00:00.000Z', value: 47 },
    });
  });

  test('a meter without readings has none, and one that is not there is null', async () => {
    const answer = await world.ask(
      `{ silent: meter(id: "Hill_office_B1:gas") { firstReadingAt lastReadingAt latestReading { value } } missing: meter(id: "nowhere:gas") { id } }`,
    );
    expect(answer).toEqual({
      silent: { firstReadingAt: null, lastReadingAt: null, latestReading: null },
      missing: null,
    });
  });

  test('a meter is an entity of the graph', async () => {
    const { _entities } = await world.ask<{ _entities: unknown }>(
      `{ _entities(representations: [{ __typename: "Meter", id: "Hill_office_B1:gas" }, { __typename: "Meter", id: "nowhere:gas" }]) { ... on Meter { id type } } }`,
    );
    expect(_entities).toEqual([{ id: 'Hill_office_B1:gas', type: 'GAS' }, null]);
  });

  // Proves: graph.latest
  test('the newest readings of a building leave out meters that have none', async () => {
    expect(
      await world.buildings(
        ['Hill_office_B0', 'Hill_office_B1', 'nowhere'],
        'latestReadings { meter { id } value }',
      ),
    ).toEqual([
      { latestReadings: [{ meter: { id: 'Hill_office_B0:electricity' }, value: 47 }] },
      { latestReadings: [] },
      { latestReadings: [] },
    ]);
    expect(await world.building('Hill_office_B0', 'latestReadings(types: [GAS]) { value }')).toEqual({
      latestReadings: [],
    });
  });

  test('asOf is the newest reading of all', async () => {
    expect(await world.ask('{ asOf }')).toEqual({ asOf: '2017-06-02T23:00:00.000Z' });
    expect(
      await world.ask('{ asOf }', { principal: principalFor('viewer', { buildings: ['Hill_office_B3'] }) }),
    ).toEqual({ asOf: null });
  });

  test('top consumers take 1 to 100, and are none without readings', async () => {
    const range = 'range: { from: "2017-06-01", to: "2017-06-02" }';
    expect(await refusal(`{ topConsumers(${range}, first: 101) { rank } }`)).toMatchObject({
      message: expect.stringMatching(/"first" takes 1 to 100, not 101/),
    });
    expect(
      await world.ask(`{ topConsumers(${range}) { rank building { id } total perSqm share coverage unit } }`),
    ).toEqual({
      topConsumers: [
        {
          rank: 1,
          building: { id: 'Hill_office_B0' },
          total: 1_128,
          perSqm: 1.128,
          share: 1,
          coverage: 1,
          unit: 'KILOWATT_HOUR',
        },
      ],
    });
    expect(await world.ask(`{ topConsumers(${range}, type: GAS) { rank } }`)).toEqual({ topConsumers: [] });
  });
});
