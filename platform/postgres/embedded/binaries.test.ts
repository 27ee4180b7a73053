import { stat } from 'node:fs/promises';
import { embeddedBinaries, installedBinaries } from './binaries.ts';

test('the PostgreSQL that npm brought is there and may be run', async () => {
  const { initdb, postgres, version } = await embeddedBinaries();
  expect(version).toBeGreaterThanOrEqual(18);
  for (const program of [initdb, postgres]) expect((await stat(program)).mode & 0o111).toBe(0o111);
});

test('those that the machine has come newest first, and their programs exist', async () => {
  const found = await installedBinaries();
  expect(found.map(({ version }) => version)).toEqual(
    found.map(({ version }) => version).toSorted((a, b) => b - a),
  );
  for (const { initdb, postgres } of found) {
    for (const program of [initdb, postgres]) expect((await stat(program)).isFile()).toBe(true);
  }
});
