import { createLifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { describeBdg2Report } from '../data/bdg2-report.ts';
import { type Dataset, describeDataset } from '../data/dataset.ts';
import { claimDataset, markLoaded } from '../data/dataset-store.ts';
import { loadBdg2 } from '../data/load-bdg2.ts';
import { loadSynthetic } from '../data/load-synthetic.ts';
import { type Loader, openLoader } from '../data/loader.ts';
import type { Steps } from '../output/steps.ts';
import type { DataFolder } from '../state/data-folder.ts';
import type { Services } from './services.ts';

export interface LoadDataOptions {
  readonly dataset: Dataset;
  readonly folder: DataFolder;
  readonly services: Services;
  readonly steps: Steps;
  readonly signal: AbortSignal;
}

/** The data set with its history, unless an earlier start has loaded all of it. @throws OperatorError when the database holds another. */
export async function loadData({ dataset, folder, services, steps, signal }: LoadDataOptions): Promise<void> {
  await using lifecycle = createLifecycle({ log: steps.print });
  const loader = await openLoader({ ...services, lifecycle });
  if (await claimDataset(loader.pool, dataset)) {
    steps.print(`✓ Data: ${describeDataset(dataset)}, loaded by an earlier start`);
    return;
  }
  await load({ dataset, folder, loader, steps, signal });
  await markLoaded(loader.pool, dataset);
}

type LoadOptions = Pick<LoadDataOptions, 'dataset' | 'folder' | 'steps' | 'signal'> & {
  readonly loader: Loader;
};

async function load({ dataset, folder, loader, steps, signal }: LoadOptions): Promise<void> {
  switch (dataset.kind) {
    case 'synthetic':
      return loadSynthetic({ ...dataset, loader, faultsFile: folder.faultsFile, steps, signal });
    case 'bdg2': {
      const report = await loadBdg2({ ...dataset, holdBack: true, loader, steps, signal });
      steps.print(describeBdg2Report(report).replaceAll(/^/gm, '  '));
    }
  }
}
