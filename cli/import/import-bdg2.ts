import type { Variant } from '../../connectors/bdg2/discover-files.ts';
import type { Config } from '../../platform/config/load.ts';
import { createLifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { describeBdg2Report } from '../data/bdg2-report.ts';
import { bdg2Dataset } from '../data/dataset.ts';
import { beginImport, markLoaded } from '../data/dataset-store.ts';
import { loadBdg2 } from '../data/load-bdg2.ts';
import { openLoader } from '../data/loader.ts';
import type { Steps } from '../output/steps.ts';
import { dataFolder } from '../state/data-folder.ts';
import { Interrupted } from '../supervisor/stop-signal.ts';
import { openImportTarget } from './target.ts';

export interface ImportBdg2Options {
  readonly config: Config;
  readonly directory: string;
  readonly prefer: Variant;
  readonly steps: Steps;
  /** Aborts, with `Interrupted`, when the import is to break off. */
  readonly stop: AbortSignal;
}

/**
 * Loads all of a folder's readings; resolves false when it was broken off, and can then be begun again.
 * @throws OperatorError when the folder has none or nothing can be written to.
 */
export async function importBdg2(options: ImportBdg2Options): Promise<boolean> {
  try {
    await load(options);
    return true;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    options.steps.print('Interrupted: what is loaded stays, and the same command goes on.');
    return false;
  }
}

async function load({ config, directory, prefer, steps, stop }: ImportBdg2Options): Promise<void> {
  await using lifecycle = createLifecycle({ log: steps.print });
  const dataset = bdg2Dataset(directory, config.source.bdg2Corrections);
  const folder = dataFolder(config.run.dataDir);
  const { running, ...services } = await openImportTarget({ config, folder, dataset, steps, lifecycle });
  stop.throwIfAborted();
  const loader = await openLoader({
    ...services,
    lifecycle,
    openLineageUrl: config.services.openLineageUrl,
  });
  await beginImport(loader.pool, dataset);
  const report = await loadBdg2({ ...dataset, prefer, holdBack: false, loader, steps, signal: stop });
  await markLoaded(loader.pool, dataset);
  steps.print(`\n${describeBdg2Report(report)}\n`);
  if (running === undefined && config.services.databaseUrl === undefined)
    steps.print(
      `To serve it: npm start -- --bdg2 ${directory}${dataset.corrected ? ' --corrections' : ''}\n`,
    );
}
