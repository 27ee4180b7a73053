import { join } from 'node:path';
import { createFolder } from '../../test/bdg2/folder.ts';
import { discoverFiles } from './discover-files.ts';

async function discover(
  names: readonly string[],
  options?: Parameters<typeof discoverFiles>[1],
): Promise<string[]> {
  await using folder = await createFolder(Object.fromEntries(names.map((name) => [name, ''])));
  const { metadata, meters } = await discoverFiles(folder.dir, options);
  return [metadata, ...meters.map(({ path }) => path)].map((path) => path.slice(folder.dir.length + 1));
}

describe('finding the files', () => {
  // Proves: import.files-as-published
  test('takes the eight meter types, packed or not, and nothing else', async () => {
    const names = ['electricity', 'chilledwater', 'steam', 'hotwater', 'gas', 'water', 'irrigation', 'solar'];
    const files = names.map(
      (name, index) => `${name}${index % 2 === 0 ? '_cleaned' : ''}.csv${index % 3 === 0 ? '.gz' : ''}`,
    );
    expect(await discover([...files, 'metadata.csv', 'weather.csv', 'README.md'])).toEqual([
      'metadata.csv',
      ...files,
    ]);
  });

  // Proves: import.files-as-published
  test('prefers cleaned to raw unless told otherwise, and takes what there is', async () => {
    const names = ['metadata.csv', 'gas.csv', 'gas_cleaned.csv', 'steam.csv', 'water_cleaned.csv'];
    expect(await discover(names)).toEqual([
      'metadata.csv',
      'steam.csv',
      'gas_cleaned.csv',
      'water_cleaned.csv',
    ]);
    expect(await discover(names, { prefer: 'raw' })).toEqual([
      'metadata.csv',
      'steam.csv',
      'gas.csv',
      'water_cleaned.csv',
    ]);
  });

  test("knows the folders of the publisher's repository", async () => {
    const names = [
      'data/metadata/metadata.csv',
      'data/meters/raw/gas.csv',
      'data/meters/cleaned/gas_cleaned.csv',
    ];
    expect(await discover(names)).toEqual([names[0], names[2]]);
  });

  test('says what is missing', async () => {
    await expect(discoverFiles(join('/no', 'such'))).rejects.toThrow('The folder /no/such cannot be read');
    await expect(discover(['gas.csv'])).rejects.toThrow('There is no metadata.csv in');
    await expect(discover(['metadata.csv', 'coal.csv'])).rejects.toThrow('There is no meter file in');
  });
});
