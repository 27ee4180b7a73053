import type { Config, Environment } from '../../platform/config/load.ts';
import { unknownSettings } from '../../platform/config/unknown-settings.ts';
import { createLifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { datasetOf } from '../data/dataset.ts';
import { migrateAll } from '../data/migrate-all.ts';
import { formatDuration, plural } from '../output/format.ts';
import { createSteps, type Steps } from '../output/steps.ts';
import { dataFolder, prepareDataFolder } from '../state/data-folder.ts';
import { takeOwnership } from '../state/ownership.ts';
import { createStopSignal, Interrupted, rejectOnAbort } from '../supervisor/stop-signal.ts';
import { claimAddress } from './address.ts';
import { greeting } from './greeting.ts';
import { loadData } from './load-data.ts';
import { createRoles } from './roles.ts';
import { openServices } from './services.ts';

export interface SuperviseOptions {
  readonly config: Config;
  /** What the role processes get, together with the addresses of the services. */
  readonly env: Environment;
}

/**
 * Brings the whole system up on this machine, keeps it up, and takes it down in the opposite order when told to stop.
 * The exit code. @throws OperatorError when it can't come up; what was started by then is stopped.
 */
export async function supervise({ config, env }: SuperviseOptions): Promise<number> {
  const steps = createSteps({ stream: process.stdout });
  const stop = createStopSignal();
  const lifecycle = createLifecycle({ log: steps.print });
  const stopped = rejectOnAbort(stop);
  try {
    await Promise.race([start({ config, env, steps, stop, lifecycle }), stopped]);
    await stopped;
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return 0;
    throw error;
  } finally {
    if (stop.aborted) steps.print('\nStopping.');
    await lifecycle.close();
  }
}

interface StartOptions extends SuperviseOptions {
  readonly steps: Steps;
  readonly stop: AbortSignal;
  readonly lifecycle: ReturnType<typeof createLifecycle>;
}

async function start({ config, env, steps, stop, lifecycle }: StartOptions): Promise<void> {
  const begun = performance.now();
  for (const sentence of unknownSettings(env)) steps.print(sentence);
  const folder = dataFolder(config.run.dataDir);
  prepareDataFolder(folder);
  const ownership = await takeOwnership({ file: folder.runFile, onWait: steps.print });
  lifecycle.defer('the data folder', () => ownership.release());
  stop.addEventListener('abort', () => ownership.update({ phase: 'stopping' }));

  const dataset = datasetOf(config);
  const address = await claimAddress(config.http);
  const services = await openServices({ config, folder, dataset, steps, lifecycle });
  ownership.update({ ...services, url: address.url, dataset: dataset.name });
  await steps.run('Schema', async (step) => {
    const done = await migrateAll(services.databaseUrl);
    step.detail(done === 0 ? 'up to date' : `${plural(done, 'migration')} done`);
  });

  const roles = createRoles({
    config,
    env,
    services,
    port: address.port,
    folder,
    steps,
    lifecycle,
    onProcesses: (children) => ownership.update({ children }),
  });
  const giveUp = new AbortController();
  const loading = loadData({
    folder,
    dataset,
    services,
    steps,
    signal: AbortSignal.any([stop, giveUp.signal]),
  });
  lifecycle.defer('loading', () => {
    giveUp.abort(new Interrupted());
    return loading.catch(() => undefined);
  });
  // The roles load and connect while the history goes in; their doors stay shut until it is there.
  await Promise.all([roles.start(), loading.then(() => roles.serve())]);
  ownership.update({ phase: 'ready' });
  steps.print(`\nReady in ${formatDuration(performance.now() - begun)}.\n`);
  steps.print(await greeting({ url: address.url, config }));
}
