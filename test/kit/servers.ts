import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedBinaries } from '../../platform/postgres/embedded/binaries.ts';
import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from '../../platform/postgres/embedded.ts';
import { type Engine, engineVariables } from './engines.ts';

/**
 * The PostgreSQL servers of a test run: the one that npm brought, and one with TimescaleDB where the machine has it.
 * They are tied to Jest's process: killed without ceremony, it leaves neither server nor folder behind.
 */
const running: Symbols = globalThis;
const key = Symbol.for('eaio.test.servers');
type Symbols = { [key: symbol]: AsyncDisposableStack | undefined };

export async function startTestServers(): Promise<void> {
  const servers = new AsyncDisposableStack();
  running[key] = servers;
  try {
    await Promise.all([offer('native', {}, servers), offerTimescale(servers)]);
  } catch (error) {
    await servers.disposeAsync();
    throw error;
  }
}

export async function stopTestServers(): Promise<void> {
  await running[key]?.disposeAsync();
}

async function offerTimescale(servers: AsyncDisposableStack): Promise<void> {
  const binaries = await timescaleBinaries();
  if (binaries === undefined && process.env[engineVariables.timescale.outside] === undefined) {
    process.stderr.write(
      'TimescaleDB: not on this machine; its tests do not run. Install the extension, or set TEST_TIMESCALE_DATABASE_URL, to run them.\n',
    );
    return;
  }
  const settings = {
    shared_preload_libraries: 'timescaledb',
    'timescaledb.telemetry_level': 'off',
    max_worker_processes: 16,
  };
  await offer('timescale', { binaries, settings }, servers);
}

/** A server given from outside is taken as it is; else one is started in a folder that goes with it. */
async function offer(
  engine: Engine,
  options: Pick<EmbeddedPostgresOptions, 'binaries' | 'settings'>,
  servers: AsyncDisposableStack,
): Promise<void> {
  const { inside, outside } = engineVariables[engine];
  const given = process.env[outside];
  if (given !== undefined) {
    process.env[inside] = given;
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), `eaio-test-${engine}-`));
  servers.defer(() => rm(folder, { recursive: true, force: true }));
  const server = await startEmbeddedPostgres({ dataDir: folder, throwaway: true, ...options });
  servers.use(server);
  process.env[inside] = server.url;
}

async function timescaleBinaries() {
  for (const binaries of await installedBinaries()) {
    const there = await access(join(binaries.extensions, 'timescaledb.control')).then(
      () => true,
      () => false,
    );
    if (there) return binaries;
  }
  return undefined;
}
