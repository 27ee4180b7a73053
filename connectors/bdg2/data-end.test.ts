import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { createFolder, hourlyRows, metadataOf } from '../../test/bdg2/folder.ts';
import { findDataEnd } from './data-end.ts';
import { discoverFiles } from './discover-files.ts';
import { createFaultLog } from './fault-log.ts';
import { readMetadata } from './read-metadata.ts';

const metadata = metadataOf([
  { building_id: 'E', site_id: 'East', timezone: 'US/Eastern' },
  { building_id: 'L', site_id: 'London', timezone: 'Europe/London' },
]);

async function endOf(files: Readonly<Record<string, string>>, cutGasToBytes?: number): Promise<number> {
  await using folder = await createFolder({ 'metadata.csv': metadata, ...files });
  if (cutGasToBytes !== undefined) await truncate(join(folder.dir, 'gas.csv.gz'), cutGasToBytes);
  const found = await discoverFiles(folder.dir);
  const { buildings } = await readMetadata({ path: found.metadata, faults: createFaultLog() });
  return findDataEnd(found.meters, buildings);
}

describe('the end of the data', () => {
  test('is that of the last hour of any file, where it is latest on the globe', async () => {
    const gas = `timestamp,L,E\n${hourlyRows('2016-01-01T00:00:00', 10, () => '1,1')}`;
    const steam = `timestamp,L\n${hourlyRows('2016-01-01T00:00:00', 12, () => '1')}`;
    expect(await endOf({ 'gas.csv': gas, 'steam.csv': steam })).toBe(Date.UTC(2016, 0, 1, 15));
    expect(await endOf({ 'steam.csv': steam })).toBe(Date.UTC(2016, 0, 1, 12));
  });

  test('of a file that breaks off is where it breaks off', async () => {
    const rows = hourlyRows('2016-01-01T00:00:00', 12_000, (hour) => String((hour * 7919) % 10_007));
    const end = await endOf({ 'gas.csv.gz': `timestamp,L\n${rows}` }, 30_000);
    expect(end).toBeGreaterThan(Date.UTC(2016, 0, 2));
    expect(end).toBeLessThan(Date.UTC(2016, 0, 1, 12_000));
  });

  test('is nowhere when there is no row, or no building that is known', async () => {
    expect(await endOf({ 'gas.csv': 'timestamp,L\n' })).toBe(-Infinity);
    expect(await endOf({ 'gas.csv': 'timestamp,Nowhere\n2016-01-01 00:00:00,1\n' })).toBe(-Infinity);
  });
});
