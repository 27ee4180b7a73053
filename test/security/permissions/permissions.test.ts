import { readFile } from 'node:fs/promises';
import { createTestSystem } from '../../kit/edge.ts';
import { observe, openToAll } from './observe.ts';
import { differences, printTable } from './table.ts';

// Proves: security.permission-matrix
test('every field, tool, resource, prompt and route is open to exactly whom the reviewed table names', async () => {
  await using system = await createTestSystem({ buildings: 3, months: 2, env: openToAll });
  const reviewed = await readFile(new URL('../permissions.txt', import.meta.url), 'utf8');
  expect(differences(reviewed, printTable(await observe(system)))).toEqual([]);
}, 120_000);
