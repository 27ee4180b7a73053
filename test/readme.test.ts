import { readFile } from 'node:fs/promises';
import { settingsTable } from '../platform/config/table.ts';

test('the README lists every setting as `eaio config --markdown` prints it', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(settingsTable('markdown', {}).trim());
});
