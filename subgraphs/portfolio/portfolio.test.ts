import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { migrate } from '../../platform/postgres/migrate.ts';
import { createPool } from '../../platform/postgres/pool.ts';
import type { Subgraph } from '../../platform/subgraph/types.ts';
import { createTestDatabase, type TestDatabase } from '../../test/kit/postgres.ts';
import { principalFor } from '../../test/kit/token.ts';
import { type BuildingFacts, buildingOrders, primaryUses, type SiteFacts } from './domain.ts';
import { createPortfolioRegistry } from './registry.ts';
import { createPortfolioSubgraph } from './subgraph.ts';

const site = (id: string, more: Partial<SiteFacts> = {}): SiteFacts => ({
  id,
  name: `Site ${id}`,
  timeZone: 'America/New_York',
  location: null,
  ...more,
});
const building = (id: string, more: Partial<BuildingFacts> = {}): BuildingFacts => ({
  id,
  siteId: id.split('_')[0] ?? '',
  name: id.replaceAll('_', ' '),
  primaryUse: 'OFFICE',
  subUse: null,
  floorAreaSqm: null,
  timeZone: 'America/New_York',
  location: null,
  yearBuilt: null,
  floors: null,
  occupants: null,
  energyStarScore: null,
  publishedSiteEui: null,
  heatingType: null,
  industry: null,
  subIndustry: null,
  leedLevel: null,
  ...more,
});

const sites = [
  site('Fox', {
    name: 'Desert campus',
    timeZone: 'America/Phoenix',
    location: { latitude: 33.4, longitude: -111.9 },
  }),
  site('Panther'),
  site('Robin', { timeZone: 'Europe/London' }),
  site('Empty'),
];
/** 60 buildings in which areas, ages and names repeat and are missing. */
const buildings = Array.from({ length: 60 }, (_, n) => {
  const siteId = ['Fox', 'Panther', 'Robin'][n % 3] ?? 'Fox';
  return building(`${siteId}_b_${String(n).padStart(2, '0')}`, {
    name: `${n % 2 === 0 ? 'hall' : 'Hall'} ${n % 7}`,
    primaryUse: primaryUses[n % 4] ?? 'OFFICE',
    subUse: n % 5 === 0 ? '50% Office_space' : null,
    floorAreaSqm: n % 6 === 0 ? null : 100 * (1 + (n % 9)) + 0.1,
    yearBuilt: n % 4 === 0 ? null : 1950 + (n % 8),
    location: n % 10 === 0 ? { latitude: 51.5, longitude: -0.1 } : null,
  });
});

let database: TestDatabase;
let portfolio: Subgraph;
beforeAll(async () => {
  database = await createTestDatabase();
  const directory = fileURLToPath(new URL('./migrations', import.meta.url));
  await migrate({ connectionString: database.url, schema: 'portfolio', directory });
  const registry = createPortfolioRegistry({ pool: database.pool });
  await registry.registerSites(sites);
  await registry.registerBuildings(buildings);
  portfolio = createPortfolioSubgraph({ pool: database.pool, log: pino({ level: 'silent' }) });
});
afterAll(() => database[Symbol.asyncDispose]());

interface Answer {
  readonly data: Record<string, unknown>;
  readonly errors?: readonly { message: string; extensions: Record<string, unknown> }[];
  readonly extensions?: unknown;
}
async function ask(
  query: string,
  variables: Record<string, unknown> = {},
  granted?: readonly string[],
): Promise<Answer> {
  const principal = principalFor('viewer', granted === undefined ? {} : { buildings: granted });
  return JSON.parse(JSON.stringify(await portfolio.execute({ query, variables, principal }))) as Answer;
}
async function data(query: string, variables?: Record<string, unknown>, granted?: readonly string[]) {
  const answer = await ask(query, variables, granted);
  expect(answer.errors).toBeUndefined();
  return answer.data;
}

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}
/** All ids of `Query.buildings`, page by page. */
async function walk(
  variables: Record<string, unknown>,
  granted?: readonly string[],
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const { buildings: page } = (await data(
      `query ($filter: BuildingFilter, $orderBy: BuildingOrder, $first: Int, $after: String) {
        buildings(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
          nodes { id } pageInfo { hasNextPage endCursor } totalCount } }`,
      { ...variables, after },
      granted,
    )) as { buildings: Page };
    ids.push(...page.nodes.map(({ id }) => id));
    if (!page.pageInfo.hasNextPage) {
      expect(page.totalCount).toBe(ids.length);
      return ids;
    }
    after = page.pageInfo.endCursor;
  }
}
const idsOf = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
const byteOrder = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
/** Largest first, missing last. */
const descending = (a: number | null, b: number | null) =>
  a === b ? 0 : a === null ? 1 : b === null ? -1 : b - a;

describe('one site or building', () => {
  test('is given with all its facts', async () => {
    expect(
      await data(`{
        building(id: "Fox_b_30") { id name primaryUse subUse floorAreaSqm timeZone location { latitude longitude } yearBuilt
          site { id name timeZone location { latitude longitude } buildingCount } }
        site(id: "Robin") { location { latitude } floorAreaSqm }
      }`),
    ).toEqual({
      building: {
        id: 'Fox_b_30',
        name: 'hall 2',
        primaryUse: 'FOOD',
        subUse: '50% Office_space',
        floorAreaSqm: null,
        timeZone: 'America/New_York',
        location: { latitude: 51.5, longitude: -0.1 },
        yearBuilt: 1956,
        site: {
          id: 'Fox',
          name: 'Desert campus',
          timeZone: 'America/Phoenix',
          location: { latitude: 33.4, longitude: -111.9 },
          buildingCount: 20,
        },
      },
      site: {
        location: null,
        floorAreaSqm: expect.closeTo(
          buildings
            .filter(({ siteId }) => siteId === 'Robin')
            .reduce((sum, one) => sum + (one.floorAreaSqm ?? 0), 0),
        ),
      },
    });
  });

  test('is null when there is none, or the caller may not see it; a site, when none of its buildings', async () => {
    const query = `{ none: building(id: "x") { id } hidden: building(id: "Fox_b_00") { id } seen: building(id: "Fox_b_03") { id }
      fox: site(id: "Fox") { id buildingCount floorAreaSqm } panther: site(id: "Panther") { id } empty: site(id: "Empty") { id } }`;
    expect(await data(query, {}, ['Fox_b_03'])).toEqual({
      none: null,
      hidden: null,
      seen: { id: 'Fox_b_03' },
      fox: { id: 'Fox', buildingCount: 1, floorAreaSqm: buildings[3]?.floorAreaSqm },
      panther: null,
      empty: null,
    });
    expect((await data(query))['empty']).toBeNull();
  });

  test('is resolved as an entity, by one statement for all of a kind', async () => {
    database.forgetStatements();
    const answer = await data(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Building { name } ... on Site { name } } }`,
      {
        r: [
          ...['Fox_b_00', 'x', 'Robin_b_02'].map((id) => ({ __typename: 'Building', id })),
          ...['Fox', 'Panther', 'y'].map((id) => ({ __typename: 'Site', id })),
        ],
      },
      ['Fox_b_00', 'Panther_b_01'],
    );
    expect(answer['_entities']).toEqual([
      { name: 'hall 0' },
      null,
      null,
      { name: 'Desert campus' },
      { name: 'Site Panther' },
      null,
    ]);
    expect(database.statements).toHaveLength(2);
  });

  test('needs the scope of the portfolio, and every answer says by its tag what makes it stale', async () => {
    const { extensions } = await ask('{ portfolio { siteCount } }');
    expect(extensions).toEqual({ tags: ['portfolio'] });
    const nobody = { ...principalFor('viewer'), scopes: new Set<never>() };
    const refused = await portfolio.execute({ query: '{ sites { totalCount } }', principal: nobody });
    expect(refused.errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      missingScopes: [['portfolio:read']],
    });
  });
});

describe('a database', () => {
  const refusedBy = async (connectionString: string, more: { statementTimeoutMs?: number } = {}) => {
    const pool = createPool({ connectionString, applicationName: 'test', ...more });
    try {
      const subgraph = createPortfolioSubgraph({ pool, log: pino({ level: 'silent' }) });
      const { errors } = await subgraph.execute({
        query: '{ sites { totalCount } }',
        principal: principalFor('viewer'),
      });
      return errors?.[0]?.extensions;
    } finally {
      await pool.end();
    }
  };

  test('that does not answer is said to be away, and worth another try', async () => {
    const elsewhere = Object.assign(new URL(database.url), { port: '1' }).href;
    expect(await refusedBy(elsewhere)).toEqual({ code: 'DEPENDENCY_UNAVAILABLE', retryable: true });
  });

  test('that takes too long is a timeout', async () => {
    await using lock = await holdTable(database);
    expect(await refusedBy(lock.url, { statementTimeoutMs: 50 })).toEqual({
      code: 'TIMEOUT',
      retryable: true,
    });
  });
});

/** Makes every read of the sites wait until disposed. */
async function holdTable({ pool, url }: TestDatabase): Promise<{ readonly url: string } & AsyncDisposable> {
  const client = await pool.connect();
  await client.query('begin');
  await client.query('lock table portfolio.site in access exclusive mode');
  return {
    url,
    async [Symbol.asyncDispose]() {
      await client.query('rollback');
      client.release();
    },
  };
}

describe('lists of buildings', () => {
  const compare = {
    ID: () => 0,
    NAME: (a: BuildingFacts, b: BuildingFacts) => byteOrder(a.name.toLowerCase(), b.name.toLowerCase()),
    FLOOR_AREA_DESC: (a: BuildingFacts, b: BuildingFacts) => descending(a.floorAreaSqm, b.floorAreaSqm),
    YEAR_BUILT_DESC: (a: BuildingFacts, b: BuildingFacts) => descending(a.yearBuilt, b.yearBuilt),
  };
  const sorted = (orderBy: keyof typeof compare) =>
    idsOf(buildings.toSorted((a, b) => compare[orderBy](a, b) || byteOrder(a.id, b.id)));

  // Proves: graph.connections
  test.each(buildingOrders.flatMap((orderBy) => [1, 7, 500].map((first) => [orderBy, first] as const)))(
    'by %s in pages of %d hold every building once, in order',
    async (orderBy, first) => {
      expect(await walk({ orderBy, first })).toEqual(sorted(orderBy));
    },
  );

  // Proves: identity.granted-buildings
  test('hold what the caller may see, and count no more', async () => {
    const granted = ['Robin_b_02', 'Fox_b_00', 'nothing'];
    expect(await walk({ first: 1 }, granted)).toEqual(['Fox_b_00', 'Robin_b_02']);
    expect(await walk({}, [])).toEqual([]);
  });

  // Proves: graph.filters
  test.each([
    [
      'ids',
      { ids: ['Fox_b_00', 'Robin_b_02', 'x'] },
      ({ id }: BuildingFacts) => ['Fox_b_00', 'Robin_b_02'].includes(id),
    ],
    ['sites', { siteIds: ['Fox', 'Robin'] }, ({ siteId }: BuildingFacts) => siteId !== 'Panther'],
    [
      'uses',
      { primaryUses: ['FOOD', 'ASSEMBLY'] },
      ({ primaryUse }: BuildingFacts) => ['FOOD', 'ASSEMBLY'].includes(primaryUse),
    ],
    [
      'areas',
      { minFloorAreaSqm: 200.1, maxFloorAreaSqm: 400.1 },
      ({ floorAreaSqm: a }: BuildingFacts) => a !== null && a >= 200.1 && a <= 400.1,
    ],
    ['words, whatever their case', { text: ' HALL  fox ' }, ({ siteId }: BuildingFacts) => siteId === 'Fox'],
    [
      'words of the finer use, taken as they are',
      { text: '50% office_' },
      ({ subUse }: BuildingFacts) => subUse !== null,
    ],
    ['words that no building has', { text: '5_% Office' }, () => false],
    ['nothing in particular', { text: '  ', ids: null }, () => true],
    [
      'several at once',
      { siteIds: ['Fox'], primaryUses: ['FOOD'], maxFloorAreaSqm: 500 },
      (one: BuildingFacts) =>
        one.siteId === 'Fox' && one.primaryUse === 'FOOD' && (one.floorAreaSqm ?? 1e9) <= 500,
    ],
    ['an empty list', { ids: [] }, () => false],
  ])('can be filtered by %s', async (_, filter, holds) => {
    expect(await walk({ filter, first: 7 })).toEqual(idsOf(buildings.filter(holds)).toSorted(byteOrder));
  });

  // Proves: graph.bad-arguments
  test.each([
    ['first: 0', '"first" takes 1 to 500, not 0'],
    ['first: 501', '"first" takes 1 to 500, not 501'],
    ['after: "nonsense"', '"after" takes the `endCursor`'],
    [
      'filter: { minFloorAreaSqm: 5, maxFloorAreaSqm: 4 }',
      '"minFloorAreaSqm" (5) must not be over "maxFloorAreaSqm" (4)',
    ],
    ['filter: { minFloorAreaSqm: -1 }', '"minFloorAreaSqm" takes 0 or more, not -1'],
    [`filter: { text: "${'x'.repeat(201)}" }`, '"text" takes up to 200 characters, not 201'],
  ])('with %s say what is allowed', async (args, words) => {
    const { errors } = await ask(`{ buildings(${args}) { totalCount } }`);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message).toContain(words);
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  test('refuse the cursor of another order', async () => {
    const { buildings: page } = (await data(
      '{ buildings(orderBy: NAME, first: 1) { pageInfo { endCursor } } }',
    )) as {
      buildings: Page;
    };
    const { errors } = await ask(
      'query ($after: String) { buildings(orderBy: ID, after: $after) { totalCount } }',
      {
        after: page.pageInfo.endCursor,
      },
    );
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});

describe('lists of sites', () => {
  test('hold those with a building that the caller may see, by id, page by page', async () => {
    const query = `query ($after: String, $filter: SiteFilter) { sites(first: 2, after: $after, filter: $filter) {
      nodes { id } edges { cursor } totalCount pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
    const first = (await data(query)) as { sites: Page };
    expect(first.sites).toMatchObject({
      nodes: [{ id: 'Fox' }, { id: 'Panther' }],
      totalCount: 3,
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    expect(await data(query, { after: first.sites.pageInfo.endCursor })).toMatchObject({
      sites: { nodes: [{ id: 'Robin' }], pageInfo: { hasNextPage: false, hasPreviousPage: true } },
    });
    expect(await data(query, { filter: { text: 'CAMPUS desert' } })).toMatchObject({
      sites: { nodes: [{ id: 'Fox' }], totalCount: 1 },
    });
    expect(await data(query, {}, ['Robin_b_02'])).toMatchObject({
      sites: { nodes: [{ id: 'Robin' }], totalCount: 1 },
    });
  });

  test("hold each site's own buildings, filtered, ordered and paged", async () => {
    const query = `query ($after: String) { sites { nodes { id
      buildings(first: 3, after: $after, orderBy: FLOOR_AREA_DESC, filter: { primaryUses: [OFFICE, EDUCATION] }) {
        nodes { id } totalCount pageInfo { hasNextPage endCursor } } } } }`;
    const { sites: page } = (await data(query)) as { sites: { nodes: { id: string; buildings: Page }[] } };
    for (const { id, buildings: list } of page.nodes) {
      const expected = buildings
        .filter((one) => one.siteId === id && ['OFFICE', 'EDUCATION'].includes(one.primaryUse))
        .toSorted((a, b) => descending(a.floorAreaSqm, b.floorAreaSqm) || byteOrder(a.id, b.id));
      expect(idsOf(list.nodes)).toEqual(idsOf(expected).slice(0, 3));
      expect(list.totalCount).toBe(expected.length);
      const next = (await data(
        `query ($id: ID!, $after: String) { site(id: $id) { buildings(first: 500, after: $after, orderBy: FLOOR_AREA_DESC,
          filter: { primaryUses: [OFFICE, EDUCATION] }) { nodes { id } } } }`,
        { id, after: list.pageInfo.endCursor },
      )) as { site: { buildings: Page } };
      expect(idsOf(next.site.buildings.nodes)).toEqual(idsOf(expected).slice(3));
    }
  });

  test('say of each only what the caller may see', async () => {
    expect(
      await data(`{ sites { nodes { id buildingCount buildings { nodes { id } totalCount } } } }`, {}, [
        'Fox_b_00',
        'Fox_b_03',
        'Robin_b_02',
      ]),
    ).toEqual({
      sites: {
        nodes: [
          {
            id: 'Fox',
            buildingCount: 2,
            buildings: { nodes: [{ id: 'Fox_b_00' }, { id: 'Fox_b_03' }], totalCount: 2 },
          },
          { id: 'Robin', buildingCount: 1, buildings: { nodes: [{ id: 'Robin_b_02' }], totalCount: 1 } },
        ],
      },
    });
  });
});

describe('the cost of a list', () => {
  // Proves: graph.statements
  test.each([1, 20])('is one statement a level and kind, for %d as for all', async (first) => {
    database.forgetStatements();
    await data(
      `query ($first: Int) {
        sites(first: $first) { totalCount nodes { id buildingCount floorAreaSqm
          buildings(first: $first) { totalCount nodes { id site { name buildings(first: 2) { nodes { name } } } } }
          big: buildings(filter: { minFloorAreaSqm: 500 }) { totalCount } } } }`,
      { first },
    );
    // sites, their count; totals; buildings, their count; big and its count; the buildings' sites; those sites' buildings.
    expect(database.statements).toHaveLength(9);
  });

  test('does not hold a count that nobody asked for', async () => {
    database.forgetStatements();
    await data('{ buildings { nodes { id } } }');
    expect(database.statements).toHaveLength(1);
  });
});

describe('the portfolio as a whole', () => {
  test('is counted by use, most buildings first', async () => {
    const query = `query ($filter: BuildingFilter) { portfolio(filter: $filter) { siteCount buildingCount floorAreaSqm
      byUse { primaryUse buildingCount floorAreaSqm } } }`;
    const area = (list: readonly BuildingFacts[]) =>
      expect.closeTo(list.reduce((sum, one) => sum + (one.floorAreaSqm ?? 0), 0));
    const filter = { siteIds: ['Fox', 'Panther'], maxFloorAreaSqm: 700 };
    const chosen = buildings.filter((one) => one.siteId !== 'Robin' && (one.floorAreaSqm ?? 1e9) <= 700);
    const byUse = Object.entries(Object.groupBy(chosen, ({ primaryUse }) => primaryUse))
      .map(([primaryUse, list = []]) => ({
        primaryUse,
        buildingCount: list.length,
        floorAreaSqm: area(list),
      }))
      .toSorted((a, b) => b.buildingCount - a.buildingCount || byteOrder(a.primaryUse, b.primaryUse));
    database.forgetStatements();
    expect((await data(query, { filter }))['portfolio']).toEqual({
      siteCount: 2,
      buildingCount: chosen.length,
      floorAreaSqm: area(chosen),
      byUse,
    });
    expect(database.statements).toHaveLength(1);
  });

  test('is empty for who may see nothing', async () => {
    expect(
      await data('{ portfolio { siteCount buildingCount floorAreaSqm byUse { buildingCount } } }', {}, []),
    ).toEqual({
      portfolio: { siteCount: 0, buildingCount: 0, floorAreaSqm: 0, byUse: [] },
    });
  });
});
