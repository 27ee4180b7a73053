import { type Correction, correctionsFor, knownCorrections } from '../../connectors/bdg2/corrections.ts';
import { findDataEnd } from '../../connectors/bdg2/data-end.ts';
import { discoverFiles, type Variant } from '../../connectors/bdg2/discover-files.ts';
import { createFaultLog, type FaultReport } from '../../connectors/bdg2/fault-log.ts';
import { holdBackStartMs } from '../../connectors/bdg2/held-back.ts';
import { type MeterFile, openMeterFile } from '../../connectors/bdg2/meter-file.ts';
import { readMetadata } from '../../connectors/bdg2/read-metadata.ts';
import type { BulkReport } from '../../subgraphs/energy/ingestion/types.ts';
import { formatCount, plural } from '../output/format.ts';
import type { Steps } from '../output/steps.ts';
import { inMonthOrder } from './bdg2-batches.ts';
import type { Loader } from './loader.ts';

export interface LoadBdg2Options {
  readonly directory: string;
  /** Correct what the data prove wrong in the published metadata. Default: it is followed, and the report names what looks wrong. */
  readonly corrected?: boolean;
  /** Which to take where a folder has both raw and cleaned files; default cleaned. */
  readonly prefer?: Variant | undefined;
  /** Leave the last 30 days out, for the replay. */
  readonly holdBack: boolean;
  readonly loader: Loader;
  readonly steps: Steps;
  readonly signal: AbortSignal;
}

export interface Bdg2Report extends BulkReport {
  readonly faults: FaultReport;
  /** Empty cells. */
  readonly missing: number;
  /** What the data prove wrong in the metadata of this folder's sites. */
  readonly corrections: readonly Correction[];
  /** Whether it was corrected. */
  readonly corrected: boolean;
}

/** Loads a folder of BDG2 files. Doing it again changes nothing; broken off, it can be begun again. @throws OperatorError when the folder has none. */
export async function loadBdg2({
  directory,
  corrected = false,
  prefer,
  holdBack,
  loader,
  steps,
  signal,
}: LoadBdg2Options): Promise<Bdg2Report> {
  const faults = createFaultLog();
  const { files, paths, corrections } = await steps.run('BDG2 portfolio', async (step) => {
    const found = await discoverFiles(directory, prefer === undefined ? {} : { prefer });
    const metadata = await readMetadata({
      path: found.metadata,
      faults,
      corrections: correctionsFor(corrected),
    });
    const toMs = holdBack
      ? holdBackStartMs(await findDataEnd(found.meters, metadata.buildings))
      : Number.POSITIVE_INFINITY;
    const opened = await Promise.all(
      found.meters.map((file) =>
        openMeterFile({ file, buildings: metadata.buildings, faults, toMs, batchReadings: 50_000 }),
      ),
    );
    const meters = opened.flatMap((file) => file.meters);
    await loader.register({ sites: metadata.sites, buildings: [...metadata.buildings.values()], meters });
    step.detail(
      `${plural(metadata.sites.length, 'site')}, ${plural(metadata.buildings.size, 'building')}, ${plural(meters.length, 'meter')} in ${plural(opened.length, 'file')}`,
    );
    const siteIds = new Set(metadata.sites.map(({ id }) => id));
    return {
      files: opened,
      paths: found.meters.map(({ path }) => path),
      corrections: knownCorrections.filter(({ siteId }) => siteIds.has(siteId)),
    };
  });
  const report = await steps.run('Readings', async (step) => {
    const done = await loader.load(inMonthOrder(files), {
      source: 'bdg2',
      inputs: paths.map((path) => ({ namespace: 'file', name: path })),
      signal,
      onProgress: ({ readings }) => {
        step.progress(readings, expectedReadings(files), 'readings');
      },
    });
    step.detail(`${formatCount(done.readings)}, ${formatCount(done.readingsPerSecond)}/s`);
    return done;
  });
  return {
    ...report,
    faults: faults.report(),
    missing: files.reduce((sum, file) => sum + file.progress().missing, 0),
    corrections,
    corrected,
  };
}

/** By what the files have given so far, for the share of their bytes that were read for it. */
function expectedReadings(files: readonly MeterFile[]): number {
  const sum = { bytesRead: 0, bytesTotal: 0, readings: 0 };
  for (const progress of files.map((file) => file.progress())) {
    sum.bytesRead += progress.bytesRead;
    sum.bytesTotal += progress.bytesTotal;
    sum.readings += progress.readings;
  }
  return Math.round((sum.readings * sum.bytesTotal) / Math.max(sum.bytesRead, 1));
}
