import { settings } from './settings.ts';
import { settingsTable } from './table.ts';

const all = Object.values(settings).flatMap((group) => Object.values(group.settings).map(({ env }) => env));

test('every setting is in both tables', () => {
  for (const env of [...all, 'SUBGRAPH_<NAME>_URLS']) {
    expect(settingsTable('text')).toContain(env);
    expect(settingsTable('markdown')).toContain(`| \`${env}\` |`);
  }
});

test('markdown has four cells a row, and nothing that HTML would swallow', () => {
  const rows = settingsTable('markdown')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  for (const row of rows) expect(row.split('|')).toHaveLength(6);
  expect(settingsTable('markdown')).toContain('subgraph:&lt;name>');
});

// Proves: errors.secrets-hidden
test('text marks what the environment gives, and hides passwords and secrets', () => {
  const table = settingsTable('text', {
    PORT: '8080',
    DATABASE_URL: 'postgresql://me:pw@h/db',
    EAIO_SIGNING_KEY: '{"d":"very"}',
    SUBGRAPH_ENERGY_URLS: 'http://u:pw@a,http://b',
  });
  expect(table).toMatch(/PORT +\* 8080/);
  expect(table).toMatch(/EAIO_SAFELIST +on\n/);
  expect(table).toMatch(/DATABASE_URL +\* postgresql:\/\/me:\*\*\*@h\/db/);
  expect(table).toMatch(/EAIO_SIGNING_KEY +\* \*\*\*\n/);
  expect(table).toMatch(/SUBGRAPH_ENERGY_URLS +\* http:\/\/u:\*\*\*@a,http:\/\/b/);
  expect(table).toMatch(/REDIS_URL +\(a redis-server of our own in EAIO_DATA_DIR\)/);
});
