/**
 * Speed and memory of the BDG2 reader on a file of the published size: 1,578 meters x 17,544 hours, about 175 MB.
 * `node bench/bdg2-reader.ts` makes the file in a temporary folder, reads it in a process of its own, prints, cleans up.
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { discoverFiles } from '../connectors/bdg2/discover-files.ts';
import { createFaultLog } from '../connectors/bdg2/fault-log.ts';
import { openMeterFile } from '../connectors/bdg2/meter-file.ts';
import { readLines } from '../connectors/bdg2/read-lines.ts';
import { readMetadata } from '../connectors/bdg2/read-metadata.ts';
import { countReadings } from '../connectors/meter-series.ts';
import { bdg2Dir } from '../test/bdg2/sample.ts';

const [, self = '', folder] = process.argv;
if (folder === undefined) await makeAndMeasure();
else await measure(folder);

/** As wide as published, with the sample's own cells, so that digits and lengths are real ones. */
async function makeAndMeasure(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'eaio-bdg2-'));
  try {
    const sample = await discoverFiles(bdg2Dir);
    await copyFile(sample.metadata, join(dir, 'metadata.csv'));
    const { buildings } = await readMetadata({ path: sample.metadata, faults: createFaultLog() });
    const names = [...buildings.values()]
      .filter((it) => it.meterTypes.includes('ELECTRICITY'))
      .map(({ id }) => id);
    const path = join(dir, 'electricity.csv');
    const out = createWriteStream(path);
    out.write(`timestamp,${names.join(',')}\n`);
    for await (const line of readLines(sample.meters[0]?.path ?? '')) {
      if (line.number === 1) continue;
      const [stamp = '', ...cells] = line.bytes.toString('latin1', line.from, line.to).split(',');
      const row = names.map((_, index) =>
        index % 97 === 0 ? '' : cells[(index * 7 + line.number) % cells.length],
      );
      if (!out.write(`${stamp},${row.join(',')}\n`))
        await new Promise<void>((resolve) => out.once('drain', () => resolve()));
    }
    out.end();
    await finished(out);
    console.log(`${names.length} meters, ${((await stat(path)).size / 1e6).toFixed(0)} MB`);
    for (let run = 0; run < 2; run += 1) spawnSync(process.execPath, [self, dir], { stdio: 'inherit' });
    spawnSync(process.execPath, [self, bdg2Dir], { stdio: 'inherit' });
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function measure(dir: string): Promise<void> {
  const faults = createFaultLog();
  const files = await discoverFiles(dir);
  const { buildings } = await readMetadata({ path: files.metadata, faults });
  for (const file of files.meters) {
    const started = performance.now();
    const meterFile = await openMeterFile({ file, buildings, faults });
    let readings = 0;
    for await (const batch of meterFile.batches()) readings += countReadings(batch);
    const seconds = (performance.now() - started) / 1000;
    const peakMb = process.resourceUsage().maxRSS / 1024;
    const cpu = process.cpuUsage();
    console.log(
      `${readings.toLocaleString('en')} readings in ${seconds.toFixed(2)} s (${((cpu.user + cpu.system) / 1e6).toFixed(2)} s CPU): ` +
        `${(readings / seconds / 1e6).toFixed(1)} M/s, peak RSS ${peakMb.toFixed(0)} MB, faults ${JSON.stringify(faults.report().counts)}`,
    );
  }
}
