import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { createFolder, hourlyRows, metadataOf } from '../../test/bdg2/folder.ts';
import type { MeterSeries } from '../meter-series.ts';
import { discoverFiles } from './discover-files.ts';
import { createFaultLog } from './fault-log.ts';
import { openMeterFile } from './meter-file.ts';
import { readMetadata } from './read-metadata.ts';

const buildings = metadataOf([
  { building_id: 'E', site_id: 'East', timezone: 'US/Eastern' },
  { building_id: 'L', site_id: 'London', timezone: 'Europe/London' },
  { building_id: 'P', site_id: 'Pacific', timezone: 'US/Pacific' },
]);

interface LoadOptions {
  readonly name?: string;
  readonly batchReadings?: number;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly cutToBytes?: number;
}

/** All readings as `meter time value`, and what was reported. */
async function load(text: string, { name = 'gas.csv', cutToBytes, ...options }: LoadOptions = {}) {
  await using folder = await createFolder({ 'metadata.csv': buildings, [name]: text });
  if (cutToBytes !== undefined) await truncate(join(folder.dir, name), cutToBytes);
  const faults = createFaultLog();
  const files = await discoverFiles(folder.dir);
  const metadata = await readMetadata({ path: files.metadata, faults });
  const [file] = files.meters;
  if (file === undefined) throw new Error('no meter file');
  const meterFile = await openMeterFile({ file, buildings: metadata.buildings, faults, ...options });
  const batches: (readonly MeterSeries[])[] = [];
  for await (const batch of meterFile.batches()) batches.push(batch);
  const readings = batches
    .flat()
    .flatMap(({ meterId, timesMs, values }) =>
      [...timesMs].map(
        (time, index) => `${meterId} ${new Date(time).toISOString().slice(0, 16)} ${values[index]}`,
      ),
    );
  return {
    batches,
    readings,
    meters: meterFile.meters,
    progress: meterFile.progress(),
    report: faults.report(),
  };
}

describe('a wide meter file', () => {
  const plain = 'timestamp,E,L\n2016-01-01 00:00:00,1.5,2\n2016-01-01 01:00:00,,4\n';
  const expected = ['E:gas 2016-01-01T05:00 1.5', 'L:gas 2016-01-01T00:00 2', 'L:gas 2016-01-01T01:00 4'];

  test('becomes series by meter, in UTC; an empty cell is missing, which is no fault', async () => {
    const { readings, meters, progress, report } = await load(plain);
    expect(readings).toEqual(expected);
    expect(meters).toEqual([
      { id: 'E:gas', buildingId: 'E', type: 'GAS', intervalSeconds: 3600 },
      { id: 'L:gas', buildingId: 'L', type: 'GAS', intervalSeconds: 3600 },
    ]);
    expect(progress).toMatchObject({
      readings: 3,
      missing: 1,
      bytesRead: plain.length,
      bytesTotal: plain.length,
    });
    expect(report.total).toBe(0);
  });

  // Proves: import.files-as-published
  test.each([
    ['CRLF', plain.replaceAll('\n', '\r\n'), 'gas.csv'],
    ['a byte-order mark', `\uFEFF${plain}`, 'gas.csv'],
    ['quotes', plain.replace('E,L', '"E","L"').replace('1.5', '"1.5"'), 'gas.csv'],
    ['no last line end', plain.trimEnd(), 'gas.csv'],
    ['gzip', plain, 'gas_cleaned.csv.gz'],
  ])('reads the same with %s', async (_, text, name) => {
    const { readings, report } = await load(text, { name });
    expect(readings).toEqual(expected);
    expect(report.total).toBe(0);
  });

  // Proves: import.skipped-hour
  test('skips the hour that does not exist, in its own zone only, and counts the readings', async () => {
    const { readings, report } = await load(
      `timestamp,E,L\n${hourlyRows('2016-03-13T01:00:00', 3, (hour) => `${hour},${hour}`)}`,
    );
    expect(readings).toEqual([
      'E:gas 2016-03-13T06:00 0',
      'E:gas 2016-03-13T07:00 2',
      'L:gas 2016-03-13T01:00 0',
      'L:gas 2016-03-13T02:00 1',
      'L:gas 2016-03-13T03:00 2',
    ]);
    expect(report.counts).toEqual({ NONEXISTENT_LOCAL_TIME: 1 });
    expect(report.details).toEqual([
      {
        kind: 'NONEXISTENT_LOCAL_TIME',
        file: 'gas.csv',
        line: 3,
        column: null,
        reason: '1 readings at 2016-03-13 02:00:00, which America/New_York skipped',
      },
    ]);
  });

  // Proves: import.doubled-hour
  test('that has the doubled hour once gives its first, and leaves the second a gap', async () => {
    const { readings, report } = await load(`timestamp,E\n${hourlyRows('2016-11-06T00:00:00', 3, String)}`);
    expect(readings).toEqual([
      'E:gas 2016-11-06T04:00 0',
      'E:gas 2016-11-06T05:00 1',
      'E:gas 2016-11-06T07:00 2',
    ]);
    expect(report.total).toBe(0);
  });

  // Proves: import.doubled-hour
  test('that has the doubled hour twice gives both; in a zone where it is not double the second is a duplicate', async () => {
    const rows = ['00:00:00,0,0', '01:00:00,1,1', '01:00:00,2,2', '02:00:00,3,3'].map(
      (row) => `2016-11-06 ${row}\n`,
    );
    const { readings, report } = await load(`timestamp,E,L\n${rows.join('')}`);
    expect(readings).toEqual([
      'E:gas 2016-11-06T04:00 0',
      'E:gas 2016-11-06T05:00 1',
      'E:gas 2016-11-06T06:00 2',
      'E:gas 2016-11-06T07:00 3',
      'L:gas 2016-11-06T00:00 0',
      'L:gas 2016-11-06T01:00 1',
      'L:gas 2016-11-06T02:00 3',
    ]);
    expect(report.counts).toEqual({ DUPLICATE_TIME: 1 });
  });

  // Proves: import.faults-reported
  test('loses only what is broken, and says where and why', async () => {
    const text = [
      'timestamp,E,Nowhere,L,E',
      '2016-01-01 00:00:00,1,9,1,9',
      '2016-01-01 01:00:00,-1,-9,2,9',
      '2016-01-01 02:00:00,1,9,two,9',
      '2016-01-01 03:00:00,1',
      '2016-01-01 04:00:00,1,9,2,9,9',
      'yesterday,1,9,2,9',
      '',
      '2016-01-01 00:00:00,8,8,8,8',
      '2016-01-01 05:00:00,1e400,9,6,9',
      'rubbish',
      '2016-01-01 06:00:00,7,9,7,9',
    ].join('\n');
    const { readings, progress, report } = await load(text);
    expect(readings).toEqual([
      'E:gas 2016-01-01T05:00 1',
      'E:gas 2016-01-01T07:00 1',
      'E:gas 2016-01-01T11:00 7',
      'L:gas 2016-01-01T00:00 1',
      'L:gas 2016-01-01T01:00 2',
      'L:gas 2016-01-01T05:00 6',
      'L:gas 2016-01-01T06:00 7',
    ]);
    expect(progress).toMatchObject({ readings: 7, missing: 0 });
    expect(report.counts).toEqual({
      UNKNOWN_BUILDING: 1,
      DUPLICATE_COLUMN: 1,
      NEGATIVE_VALUE: 1,
      NOT_A_NUMBER: 2,
      WRONG_CELL_COUNT: 3,
      BAD_TIMESTAMP: 1,
      DUPLICATE_TIME: 2,
    });
    expect(
      report.details.map(({ kind, line, column, reason }) => `${line} ${column} ${kind}: ${reason}`),
    ).toEqual([
      '1 Nowhere UNKNOWN_BUILDING: column 3: no building "Nowhere" in the metadata',
      '1 E DUPLICATE_COLUMN: column 5: E is there already',
      '3 E NEGATIVE_VALUE: -1 is below zero',
      '4 L NOT_A_NUMBER: "two" is not a finite decimal number',
      '5 null WRONG_CELL_COUNT: 2 cells where the header has 5',
      '6 null WRONG_CELL_COUNT: 6 cells where the header has 5',
      '7 null BAD_TIMESTAMP: "yesterday" is not a time like 2016-01-31 23:00:00',
      '9 null DUPLICATE_TIME: 1 readings at 2016-01-01 00:00:00, which an earlier line gave',
      '9 null DUPLICATE_TIME: 1 readings at 2016-01-01 00:00:00, which an earlier line gave',
      '10 E NOT_A_NUMBER: "1e400" is not a finite decimal number',
      '11 null WRONG_CELL_COUNT: 1 cells where the header has 5',
    ]);
  });

  test('comes by UTC month, whatever the zones, in batches of about the size asked for', async () => {
    const text = `timestamp,E,L,P\n${hourlyRows('2016-01-01T00:00:00', 24 * 100, (hour) => `${hour},${hour},${hour}`)}`;
    const { batches, readings, report } = await load(text, { batchReadings: 1000 });
    expect(readings).toHaveLength(3 * 2400 - 3);
    expect(report.counts).toEqual({ NONEXISTENT_LOCAL_TIME: 3 });
    const months = batches.map((batch) => [
      ...new Set(
        batch.flatMap(({ timesMs }) => [...timesMs].map((time) => new Date(time).toISOString().slice(0, 7))),
      ),
    ]);
    expect(months.map((inBatch) => inBatch.length)).toEqual(months.map(() => 1));
    expect(months.flat()).toEqual(months.flat().toSorted());
    for (const { timesMs } of batches.flat())
      expect([...timesMs]).toEqual([...timesMs].toSorted((a, b) => a - b));
  });

  test('whose lines are in no order gives every reading once, in order within each series', async () => {
    const [header = '', ...rows] = `timestamp,E\n${hourlyRows('2016-01-01T00:00:00', 1600, String)}`
      .trimEnd()
      .split('\n');
    const shuffled = rows
      .map((row, index) => ({ row, key: (index * 7919) % 2003 }))
      .toSorted((a, b) => a.key - b.key);
    const { batches, readings } = await load([header, ...shuffled.map(({ row }) => row)].join('\n'));
    expect(new Set(readings).size).toBe(1600);
    expect(readings).toHaveLength(1600);
    for (const { timesMs } of batches.flat())
      expect([...timesMs]).toEqual([...timesMs].toSorted((a, b) => a - b));
  });

  test('can be read from one instant to another', async () => {
    const text = `timestamp,E,L\n${hourlyRows('2016-01-01T00:00:00', 8, (hour) => `${hour},`)}`;
    const { readings, progress } = await load(text, {
      fromMs: Date.UTC(2016, 0, 1, 6),
      toMs: Date.UTC(2016, 0, 1, 8),
    });
    expect(readings).toEqual(['E:gas 2016-01-01T06:00 1', 'E:gas 2016-01-01T07:00 2']);
    expect(progress.missing).toBe(2);
  });

  test.each([
    ['is empty', '', 'the file is empty'],
    ['is something else', 'date,E\n2016-01-01 00:00:00,1\n', 'the first column is "date", not "timestamp"'],
    ['is a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\n', 'Git LFS pointer'],
    ['has a header that is no CSV', 'timestamp,"E\n2016-01-01 00:00:00,1\n', 'Quote Not Closed'],
  ])('that %s is reported, not loaded', async (_, text, reason) => {
    const { readings, report } = await load(text);
    expect(readings).toEqual([]);
    expect(report.counts).toEqual({ BAD_HEADER: 1 });
    expect(report.details[0]?.reason).toContain(reason);
  });

  test('that breaks off gives what came before', async () => {
    const text = `timestamp,E\n${hourlyRows('2016-01-01T00:00:00', 12_000, (hour) => String((hour * 7919) % 10_007))}`;
    const { readings, report } = await load(text, { name: 'gas.csv.gz', cutToBytes: 30_000 });
    expect(readings.length).toBeGreaterThan(1000);
    expect(readings.length).toBeLessThan(11_000);
    expect(report.counts).toMatchObject({ UNREADABLE: 1 });
    expect(report.details.find(({ kind }) => kind === 'UNREADABLE')?.reason).toContain(
      'unexpected end of file',
    );
  });

  test('with a line of megabytes loses that line', async () => {
    const { readings, report } = await load(`timestamp,E\n${'x'.repeat(5 << 20)}\n2016-01-01 00:00:00,1\n`);
    expect(readings).toEqual(['E:gas 2016-01-01T05:00 1']);
    expect(report.counts).toEqual({ LINE_TOO_LONG: 1 });
  });

  test('that is not there is one clear sentence', async () => {
    const file = { path: '/no/such/gas.csv', type: 'GAS', variant: 'raw' } as const;
    await expect(openMeterFile({ file, buildings: new Map(), faults: createFaultLog() })).rejects.toThrow(
      '/no/such/gas.csv cannot be read',
    );
  });
});
