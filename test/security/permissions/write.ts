/** `npm run permissions`: writes the table of who may ask for what anew. Its diff is what a reviewer reads. */
import { writeFile } from 'node:fs/promises';
import { createTestSystem } from '../../kit/edge.ts';
import { startTestServers, stopTestServers } from '../../kit/servers.ts';
import { observe, openToAll } from './observe.ts';
import { printTable } from './table.ts';

await startTestServers();
try {
  await using system = await createTestSystem({ buildings: 3, months: 2, env: openToAll });
  const rows = await observe(system);
  await writeFile(new URL('../permissions.txt', import.meta.url), printTable(rows));
  console.log(`${rows.length} rows are in test/security/permissions.txt.`);
} finally {
  await stopTestServers();
}
