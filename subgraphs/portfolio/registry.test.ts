import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { createBus } from '../../platform/bus/bus.ts';
import { loadEventSchemas } from '../../platform/bus/event-schemas.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import { migrate } from '../../platform/postgres/migrate.ts';
import { createTestDatabase } from '../../test/kit/postgres.ts';
import { createTestRedis } from '../../test/kit/redis.ts';
import type { BuildingFacts, SiteFacts } from './domain.ts';
import { createPortfolioRegistry } from './registry.ts';

const fox: SiteFacts = {
  id: 'Fox',
  name: 'Fox',
  timeZone: 'America/Phoenix',
  location: { latitude: 33.4, longitude: -111.9 },
};
const joy: BuildingFacts = {
  id: 'Fox_office_Joy',
  siteId: 'Fox',
  name: 'Joy',
  primaryUse: 'OFFICE',
  subUse: 'Office',
  floorAreaSqm: 1234.5,
  timeZone: 'America/Phoenix',
  location: null,
  yearBuilt: 1970,
  floors: 3,
  occupants: 40,
  energyStarScore: 75,
  publishedSiteEui: 210.5,
  heatingType: 'Gas',
  industry: 'Education',
  subIndustry: 'College/University',
  leedLevel: 'Gold',
};

async function setUp() {
  const database = await createTestDatabase();
  const directory = fileURLToPath(new URL('./migrations', import.meta.url));
  await migrate({ connectionString: database.url, schema: 'portfolio', directory });
  return { ...database, registry: createPortfolioRegistry({ pool: database.pool }) };
}

describe('registering', () => {
  test('says what was added and what was changed; doing it again changes nothing', async () => {
    await using it = await setUp();
    expect(await it.registry.registerSites([fox])).toEqual({ added: ['Fox'], changed: [] });
    expect(await it.registry.registerSites([fox])).toEqual({ added: [], changed: [] });
    expect(await it.registry.registerSites([{ ...fox, location: null }])).toEqual({
      added: [],
      changed: ['Fox'],
    });
    const glad = { ...joy, id: 'Fox_office_Glad' };
    expect(await it.registry.registerBuildings([joy, glad])).toEqual({
      added: [joy.id, glad.id],
      changed: [],
    });
    expect(await it.registry.registerBuildings([joy, glad])).toEqual({ added: [], changed: [] });
    expect(
      await it.registry.registerBuildings([joy, { ...glad, leedLevel: null }, { ...joy, id: 'new' }]),
    ).toEqual({
      added: ['new'],
      changed: [glad.id],
    });
    expect(await it.registry.registerBuildings([])).toEqual({ added: [], changed: [] });
  });

  test('keeps every fact, of the last of several with one id', async () => {
    await using it = await setUp();
    await it.registry.registerSites([{ ...fox, name: 'old' }, fox]);
    await it.registry.registerBuildings([{ ...joy, floors: 9 }, joy]);
    const { rows: sites } = await it.pool.query('select * from portfolio.site');
    expect(sites).toEqual([
      {
        id: 'Fox',
        name: 'Fox',
        time_zone: 'America/Phoenix',
        latitude: 33.4,
        longitude: -111.9,
        search: 'fox fox',
      },
    ]);
    const { rows: buildings } = await it.pool.query('select * from portfolio.building');
    expect(buildings).toEqual([
      {
        ...{
          id: joy.id,
          site_id: 'Fox',
          name: 'Joy',
          primary_use: 'OFFICE',
          sub_use: 'Office',
          floor_area_sqm: 1234.5,
        },
        ...{
          time_zone: 'America/Phoenix',
          latitude: null,
          longitude: null,
          year_built: 1970,
          floors: 3,
          occupants: 40,
        },
        ...{ energy_star_score: 75, published_site_eui: 210.5, heating_type: 'Gas', industry: 'Education' },
        ...{
          sub_industry: 'College/University',
          leed_level: 'Gold',
          name_key: 'joy',
          search: 'fox_office_joy joy office',
        },
      },
    ]);
  });

  test('by two importers at once adds each building once', async () => {
    await using it = await setUp();
    await it.registry.registerSites([fox]);
    const all = Array.from({ length: 500 }, (_, n) => ({ ...joy, id: `b${n}` }));
    const [one, other] = await Promise.all([
      it.registry.registerBuildings(all),
      it.registry.registerBuildings(all.toReversed()),
    ]);
    expect(new Set([...one.added, ...other.added]).size).toBe(500);
    expect(one.added.length + other.added.length).toBe(500);
    expect([...one.changed, ...other.changed]).toEqual([]);
  });

  test.each([
    ['a site of no zone', { ...fox, timeZone: 'Mars/Base' }, joy, 'site Fox has the time zone "Mars/Base"'],
    ['a building of no zone', fox, { ...joy, timeZone: '' }, `building ${joy.id} has the time zone ""`],
    ['a building of no site', fox, { ...joy, siteId: 'Nowhere' }, 'Key (site_id)=(Nowhere)'],
    [
      'an impossible place',
      { ...fox, location: { latitude: 91, longitude: 0 } },
      joy,
      "A site's facts can't be registered",
    ],
    ['an impossible score', fox, { ...joy, energyStarScore: 101 }, joy.id],
  ])('refuses %s in words for an operator, and writes nothing of it', async (_, site, building, words) => {
    await using it = await setUp();
    const registering = it.registry
      .registerSites([site])
      .then(() => it.registry.registerBuildings([joy, building]));
    await expect(registering).rejects.toThrow(OperatorError);
    await expect(registering).rejects.toThrow(words);
    expect((await it.pool.query('select from portfolio.building')).rowCount).toBe(0);
  });

  test('passes on a database that does not answer as what it is', async () => {
    const it = await setUp();
    await it[Symbol.asyncDispose]();
    await expect(it.registry.registerSites([fox])).rejects.not.toThrow(OperatorError);
  });

  test('tells the bus of changes, and of nothing else', async () => {
    await using it = await setUp();
    await using server = await createTestRedis();
    await using bus = createBus({
      redis: server.redis,
      schemas: loadEventSchemas(),
      log: pino({ level: 'silent' }),
    });
    const registry = createPortfolioRegistry({ pool: it.pool, bus });
    const signal = new AbortController().signal;
    const sites = bus.follow('portfolio.sites-changed', { signal, after: '0-0' });
    const buildings = bus.follow('portfolio.buildings-changed', { signal, after: '0-0' });
    await registry.registerSites([fox]);
    await registry.registerSites([fox]);
    await registry.registerSites([{ ...fox, name: 'New' }]);
    await registry.registerBuildings([joy]);
    expect((await sites.next()).value).toMatchObject({
      event: { source: '/subgraphs/portfolio', tags: ['portfolio'], data: { added: ['Fox'], changed: [] } },
    });
    expect((await sites.next()).value).toMatchObject({ event: { data: { added: [], changed: ['Fox'] } } });
    expect((await buildings.next()).value).toMatchObject({
      event: { data: { added: [joy.id], changed: [] } },
    });
  });
});
