import { isAbsolute } from 'node:path';
import { loadConfig } from './load.ts';
import { settings } from './settings.ts';
import { unknownSettings } from './unknown-settings.ts';

const message = (env: Record<string, string>): string => {
  try {
    loadConfig(env);
  } catch (error) {
    expect(error).toMatchObject({ name: 'OperatorError' });
    return error instanceof Error ? error.message : '';
  }
  throw new Error('No fault was found.');
};

test('with an empty environment everything has its default', () => {
  const config = loadConfig({});
  expect(config.http).toMatchObject({ host: '127.0.0.1', port: 4000, edgeWorkers: 1 });
  expect(config.services.databaseUrl).toBeUndefined();
  expect(config.identity).toMatchObject({ safelist: true, jwksUrl: undefined });
  expect(config.source).toMatchObject({ buildings: 60, bdg2Dir: undefined });
  expect(isAbsolute(config.run.dataDir)).toBe(true);
  expect(config.subgraphUrls).toEqual({});
});

test('values are read by kind; blanks and empty variables count as nothing', () => {
  const config = loadConfig({
    PORT: ' 8080 ',
    HOST: '',
    EAIO_SPEED: '0.5',
    EAIO_SAFELIST: 'OFF',
    EAIO_ROLES: 'edge, subgraph:energy,',
    DATABASE_URL: 'postgresql://u:p@h/db',
    SUBGRAPH_ENERGY_URLS: 'http://a:1/graphql, http://b:1/graphql',
    SUBGRAPH_WEATHER_URLS: '',
    PATH: '/bin',
  });
  expect(config.http).toMatchObject({ port: 8080, host: '127.0.0.1' });
  expect(config.source.speed).toBe(0.5);
  expect(config.identity.safelist).toBe(false);
  expect(config.run.roles).toEqual(['edge', 'subgraph:energy']);
  expect(config.services.databaseUrl).toBe('postgresql://u:p@h/db');
  expect(config.subgraphUrls).toEqual({ energy: ['http://a:1/graphql', 'http://b:1/graphql'] });
});

test('it is frozen, all through', () => {
  const config = loadConfig({ SUBGRAPH_ENERGY_URLS: 'http://a' });
  for (const part of [config, config.subgraphUrls, config.subgraphUrls['energy'], ...Object.values(config)]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});

// Proves: config.faults-at-once
test('all faults are told at once: the setting, what was given, what is allowed', () => {
  expect(
    message({ PORT: 'abc', EAIO_BUILDINGS: '1.5', EAIO_LOG_LEVEL: 'loud', SUBGRAPH_ENERGY_URLS: 'ftp://a' }),
  ).toBe(
    [
      '4 settings are wrong.',
      '  PORT="abc": allowed is a port, 1 to 65535, or 0 for any that is free.',
      '  EAIO_LOG_LEVEL="loud": allowed is one of fatal, error, warn, info, debug, trace, silent.',
      '  EAIO_BUILDINGS="1.5": allowed is a whole number from 1 to 10000.',
      '  SUBGRAPH_ENERGY_URLS="ftp://a": allowed is a comma-separated list, each a URL, http://... or https://....',
    ].join('\n'),
  );
});

test('one fault is one sentence', () => {
  expect(message({ PORT: '70000' })).toBe(
    'A setting is wrong. PORT="70000": allowed is a port, 1 to 65535, or 0 for any that is free.',
  );
});

test.each([
  ['EAIO_SAFELIST', 'maybe'],
  ['EAIO_ROLES', 'boss'],
  ['EAIO_ROLES', ','],
  ['EAIO_SPEED', '1e9'],
  ['EAIO_SEED', '-1'],
  ['MQTT_URL', 'localhost:1883'],
  ['JWKS_URL', 'not a url'],
])('%s=%s is refused', (name, value) => {
  expect(message({ [name]: value })).toContain(`${name}="${value}": allowed is `);
});

// Proves: errors.secrets-hidden
test('a password in a wrong address is not repeated', () => {
  expect(message({ DATABASE_URL: 'mysql://me:secret@h/db' })).toContain('DATABASE_URL="mysql://me:***@h/db"');
});

test('no two settings have one variable, and each says what it is for in a sentence', () => {
  const all = Object.values(settings).flatMap((group) => Object.values(group.settings));
  expect(new Set(all.map(({ env }) => env)).size).toBe(all.length);
  for (const { help } of all) expect(help).toMatch(/^[A-Z].*\.$/);
});

test('a variable that looks like ours and is not gets a hint', () => {
  expect(unknownSettings({ EAIO_BUILDING: '5', EAIO_WEATHER: 'rain', EAIO_SEED: '1', HOME: '/' })).toEqual([
    'EAIO_BUILDING is not a setting. Is EAIO_BUILDINGS meant?',
    'EAIO_WEATHER is not a setting. See: eaio config.',
  ]);
});
