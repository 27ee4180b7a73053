import type { Config } from '../../platform/config/load.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import type { Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import type { Dataset } from '../data/dataset.ts';
import { migrateAll } from '../data/migrate-all.ts';
import type { Steps } from '../output/steps.ts';
import { type DataFolder, prepareDataFolder } from '../state/data-folder.ts';
import { takeOwnership } from '../state/ownership.ts';
import { lives, readRun } from '../state/run-file.ts';
import { openServices, type Services } from '../up/services.ts';

export interface ImportTargetOptions {
  readonly config: Config;
  readonly folder: DataFolder;
  /** The database of its own that the import gets when no system runs. */
  readonly dataset: Dataset;
  readonly steps: Steps;
  readonly lifecycle: Lifecycle;
}

export interface ImportTarget extends Services {
  /** Address of the running system that the readings go into; undefined when there is none. */
  readonly running: string | undefined;
}

/** Where an import goes: into the system that runs on the data folder, else into databases that are started for it. */
export async function openImportTarget(options: ImportTargetOptions): Promise<ImportTarget> {
  const { config, folder, steps, lifecycle } = options;
  const run = readRun(folder.runFile);
  if (run !== undefined && lives(run.process) && config.services.databaseUrl === undefined) {
    const { phase, url, databaseUrl, redisUrl } = run;
    if (phase !== 'ready' || databaseUrl === undefined || redisUrl === undefined) {
      throw new OperatorError(
        `EAIO is ${phase} on ${folder.path} (process ${run.process.pid}): import when it is ready, or when it has stopped.`,
      );
    }
    steps.print(`Into the system that runs at ${url}.`);
    return { databaseUrl, redisUrl, running: url };
  }
  prepareDataFolder(folder);
  const ownership = await takeOwnership({ file: folder.runFile, onWait: steps.print });
  lifecycle.defer('the data folder', () => ownership.release());
  const services = await openServices(options);
  await migrateAll(services.databaseUrl);
  return { ...services, running: undefined };
}
