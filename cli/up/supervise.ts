import type { Config, Environment } from '../../platform/config/load.ts';
import { unknownSettings } from '../../platform/config/unknown-settings.ts';
import { createLifecycle, type Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { datasetOf } from '../data/dataset.ts';
import { migrateAll } from '../data/migrate-all.ts';
import { formatDuration, plural } from '../output/format.ts';
import type { Steps } from '../output/steps.ts';
import { dataFolder, prepareDataFolder } from '../state/data-folder.ts';
import { takeOwnership } from '../state/ownership.ts';
import { Interrupted, rejectOnAbort } from '../supervisor/stop-signal.ts';
import { claimAddress } from './address.ts';
import { greeting } from './greeting.ts';
import { loadData } from './load-data.ts';
import { createRoles } from './roles.ts';
import { openServices } from './services.ts';

export interface SuperviseOptions {
  readonly config: Config;
  /** What the role processes get, together with the addresses of the services. */
  readonly env: Environment;
  readonly steps: Steps;
  /** Aborts, with `Interrupted`, when all is to stop. */
  readonly stop: AbortSignal;
}

/**
 * Brings the whole system up on this machine, keeps it up until told to stop, and takes it down in the opposite order.
 * @throws OperatorError when it can't come up; what was started by then is stopped.
 */
export async function supervise({ config, env, steps, stop }: SuperviseOptions): Promise<void> {
  const lifecycle = createLifecycle({ log: steps.print });
  const stopped = rejectOnAbort(stop);
  try {
    await Promise.race([start({ config, env, steps, stop, lifecycle }), stopped]);
    await stopped;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    steps.print('\nStopping.');
  } finally {
    await lifecycle.close();
  }
}

interface StartOptions extends SuperviseOptions {
  readonly lifecycle: Lifecycle;
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
  stop.throwIfAborted();
  ownership.update({ ...services, url: address.url, dataset: dataset.name });
  await steps.run('Schema', async (step) => {
    const done = await migrateAll(services.databaseUrl);
    step.detail(done === 0 ? 'up to date' : `${plural(done, 'migration')} done`);
  });
  // From here on there are processes: none may be begun once all is being stopped.
  stop.throwIfAborted();

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
