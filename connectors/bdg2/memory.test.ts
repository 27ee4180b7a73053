import { createFolder, hourlyRows, metadataOf } from '../../test/bdg2/folder.ts';
import { runScript } from '../../test/kit/script.ts';

const names = Array.from({ length: 1_500 }, (_, index) => `B${index}`);
const metadata = metadataOf(
  names.map((id) => ({ building_id: id, site_id: 'London', timezone: 'Europe/London' })),
);

/** A process of its own that only reads: what it took, in MB, and how much that was. */
const reader = `
  import { readFile } from 'node:fs/promises';
  import { discoverFiles } from './connectors/bdg2/discover-files.ts';
  import { createFaultLog } from './connectors/bdg2/fault-log.ts';
  import { openMeterFile } from './connectors/bdg2/meter-file.ts';
  import { readMetadata } from './connectors/bdg2/read-metadata.ts';
  import { countReadings } from './connectors/meter-series.ts';
  const faults = createFaultLog();
  const files = await discoverFiles(process.argv[1]);
  const { buildings } = await readMetadata({ path: files.metadata, faults });
  const meterFile = await openMeterFile({ file: files.meters[0], buildings, faults });
  let readings = 0;
  for await (const batch of meterFile.batches()) readings += countReadings(batch);
  // Linux counts what the parent held at the fork into maxRSS; the high-water mark of this program alone stands in /proc.
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const ownKb = Number(/VmHWM:\\s+(\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
  console.log(JSON.stringify({ readings, peakMb: ownKb / 1024 }));`;

async function readingOf(hours: number): Promise<{ readings: number; peakMb: number }> {
  const cells = names.map((_, index) => (index * 7.31).toFixed(4)).join(',');
  const text = `timestamp,${names}\n${hourlyRows('2017-01-01T00:00:00', hours, () => cells)}`;
  await using folder = await createFolder({ 'metadata.csv': metadata, 'gas.csv': text });
  await using script = runScript(reader, { args: [folder.dir] });
  return JSON.parse(await script.line());
}

// Proves: import.streaming
test.each([500, 6_000])(
  '%d hours of 1,500 meters are read in less than 300 MB',
  async (hours) => {
    const { readings, peakMb } = await readingOf(hours);
    // Clocks went forward once in the longer one.
    expect(readings).toBe(1_500 * (hours - (hours > 2_000 ? 1 : 0)));
    expect(peakMb).toBeLessThan(300);
  },
  30_000,
);
