import { join } from 'node:path';
import { createFolder, metadataOf } from '../../test/bdg2/folder.ts';
import { knownCorrections } from './corrections.ts';
import { createFaultLog } from './fault-log.ts';
import { readMetadata } from './read-metadata.ts';

const oak = {
  building_id: 'Oak_office_Ann',
  site_id: 'Oak',
  timezone: 'US/Eastern',
  primaryspaceusage: 'Office',
  electricity: 'Yes',
};

async function read(
  text: string,
  { name = 'metadata.csv', corrections = [] as typeof knownCorrections } = {},
) {
  await using folder = await createFolder({ [name]: text });
  const faults = createFaultLog();
  const metadata = await readMetadata({ path: join(folder.dir, name), faults, corrections });
  return { ...metadata, report: faults.report() };
}

describe('metadata', () => {
  test('gives buildings and their sites, with zones by the names that IANA keeps', async () => {
    const { sites, buildings, report } = await read(
      metadataOf([{ ...oak, sqm: '1000.5', lat: '40.1', lng: '-74.2', gas: 'Yes' }]),
    );
    expect(report.total).toBe(0);
    expect(sites).toEqual([
      {
        id: 'Oak',
        name: 'Oak',
        timeZone: 'America/New_York',
        location: { latitude: 40.1, longitude: -74.2 },
      },
    ]);
    expect(buildings.get('Oak_office_Ann')).toMatchObject({
      siteId: 'Oak',
      name: 'Oak office Ann',
      primaryUse: 'OFFICE',
      floorAreaSqm: 1000.5,
      timeZone: 'America/New_York',
      meterTypes: ['ELECTRICITY', 'GAS'],
      yearBuilt: null,
      leedLevel: null,
    });
  });

  test('reads the same with CRLF, byte-order mark, quotes, and packed', async () => {
    const lines = [{ ...oak, sqm: '"1,000"', leed_level: '"Gold, almost"' }];
    for (const variant of [
      { text: metadataOf(lines, '\r\n'), name: 'metadata.csv' },
      { text: `\uFEFF${metadataOf(lines)}`, name: 'metadata.csv' },
      { text: metadataOf(lines), name: 'metadata.csv.gz' },
    ]) {
      const { buildings, report } = await read(variant.text, { name: variant.name });
      expect(report.total).toBe(0);
      expect(buildings.get('Oak_office_Ann')).toMatchObject({
        floorAreaSqm: 1000,
        leedLevel: 'Gold, almost',
      });
    }
  });

  test('turns the published intensity from kBtu per square foot into kWh per square metre', async () => {
    const { buildings } = await read(metadataOf([{ ...oak, eui: '100' }]));
    expect(buildings.get('Oak_office_Ann')?.publishedSiteEui).toBeCloseTo(315.459, 3);
  });

  test('takes what is written for nothing as not stated', async () => {
    const { buildings, report } = await read(
      metadataOf([{ ...oak, primaryspaceusage: '', eui: '-', leed_level: 'None' }]),
    );
    expect(report.total).toBe(0);
    expect(buildings.get('Oak_office_Ann')).toMatchObject({
      primaryUse: 'UNKNOWN',
      publishedSiteEui: null,
      leedLevel: null,
    });
  });

  test('counts and reports faulty lines and cells, and keeps the rest', async () => {
    const good = metadataOf([
      oak,
      oak,
      { ...oak, building_id: '' },
      { ...oak, building_id: 'Oak_office_Bea', timezone: 'US/Nowhere' },
      { ...oak, building_id: 'Oak_office_Cid', sqm: '-5', primaryspaceusage: 'Castle', lat: '91', lng: '0' },
    ]);
    const { buildings, report } = await read(
      `${good}Oak_office_Dan,Oak\nOak_office_Eve,"Oak\n${metadataOf([{ ...oak, building_id: 'Oak_office_Fay' }]).split('\n')[1]}\n`,
    );
    expect([...buildings.keys()]).toEqual(['Oak_office_Ann', 'Oak_office_Cid', 'Oak_office_Fay']);
    expect(buildings.get('Oak_office_Cid')).toMatchObject({
      floorAreaSqm: null,
      primaryUse: 'UNKNOWN',
      location: null,
    });
    expect(report.counts).toEqual({ DUPLICATE_BUILDING: 1, BROKEN_LINE: 3, BAD_TIME_ZONE: 1, BAD_CELL: 3 });
    expect(report.details).toContainEqual({
      kind: 'BAD_TIME_ZONE',
      file: 'metadata.csv',
      line: 5,
      column: 'timezone',
      reason: '"US/Nowhere" is not an IANA time zone',
    });
    expect(report.details.filter(({ kind }) => kind === 'BROKEN_LINE').map(({ line }) => line)).toEqual([
      4, 7, 8,
    ]);
  });

  test('departs from what is published only where a correction is handed in', async () => {
    const text = metadataOf([
      { ...oak, building_id: 'Fox_office_Ann', site_id: 'Fox', timezone: 'US/Mountain' },
      {
        ...oak,
        building_id: 'Wolf_office_Ann',
        site_id: 'Wolf',
        timezone: 'Europe/Dublin',
        lat: '53.3',
        lng: '6.2',
      },
    ]);
    const published = await read(text);
    expect(published.sites.map(({ timeZone }) => timeZone)).toEqual(['America/Denver', 'Europe/Dublin']);
    expect(published.sites[1]?.location?.longitude).toBe(6.2);
    const corrected = await read(text, { corrections: knownCorrections });
    expect(corrected.sites.map(({ timeZone }) => timeZone)).toEqual(['America/Phoenix', 'Europe/Dublin']);
    expect(corrected.sites[1]?.location?.longitude).toBe(-6.2603);
  });

  test('that is something else is refused in a sentence', async () => {
    await expect(read('a,b,c\n1,2,3\n')).rejects.toThrow(
      "is not BDG2's metadata: its first line lacks building_id",
    );
    await expect(read('version https://git-lfs.github.com/spec/v1\n')).rejects.toThrow(
      '"git lfs pull" fetches the file',
    );
    const missing = readMetadata({ path: '/no/such/metadata.csv', faults: createFaultLog() });
    await expect(missing).rejects.toThrow('/no/such/metadata.csv cannot be read');
  });
});

describe('the fault log', () => {
  test('counts all and keeps the first details of each kind', () => {
    const faults = createFaultLog({ detailsPerKind: 2 });
    const fault = { file: 'f.csv', column: null, reason: 'r' };
    for (let line = 1; line <= 5; line += 1) faults.add({ ...fault, kind: 'LINE_TOO_LONG', line });
    faults.add({ ...fault, kind: 'NONEXISTENT_LOCAL_TIME', line: 9 }, 40);
    const { counts, total, details } = faults.report();
    expect(counts).toEqual({ LINE_TOO_LONG: 5, NONEXISTENT_LOCAL_TIME: 40 });
    expect(total).toBe(45);
    expect(details.map(({ line }) => line)).toEqual([1, 2, 9]);
  });
});
