import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, messageOf } from '../../errors/facts.ts';
import { OperatorError } from '../../errors/operator-error.ts';
import type { Account } from './account.ts';
import type { PostgresBinaries } from './binaries.ts';
import { run } from './run.ts';

/** What we keep beside PostgreSQL's own files in its data folder, readable by us alone. */
export interface ClusterState {
  readonly password: string;
  /** The port of the last start, so that addresses stay the same. */
  readonly port?: number;
  /** The process that started the server last, and which run of it (`processIdentity`). */
  readonly owner?: { readonly pid: number; readonly identity: string };
}

const stateFile = (dataDir: string): string => join(dataDir, 'eaio.json');

export async function writeState(dataDir: string, state: ClusterState): Promise<void> {
  await writeFile(`${stateFile(dataDir)}.new`, JSON.stringify(state), { mode: 0o600 });
  await rename(`${stateFile(dataDir)}.new`, stateFile(dataDir));
}

/**
 * The database cluster in `dataDir`, made when there is none. It comes into being whole: made beside its place and moved
 * there at the end, so that an interrupted first start leaves nothing but a folder that the next one clears.
 * @throws OperatorError when the folder can't be written, or holds another version's data.
 */
export async function openCluster(options: {
  readonly dataDir: string;
  readonly binaries: PostgresBinaries;
  readonly account: Account | undefined;
  /** False: do not wait for the disk; for data that need not survive the machine. */
  readonly durable: boolean;
}): Promise<ClusterState> {
  const { dataDir, binaries } = options;
  const version = await readIfThere(join(dataDir, 'PG_VERSION'));
  if (version === undefined) return await createCluster(options);
  if (Number(version) !== binaries.version) {
    throw new OperatorError(
      `${dataDir} holds data of PostgreSQL ${version.trim()}, and this is PostgreSQL ${binaries.version}: remove the folder (its data is lost), or set EAIO_DATA_DIR to another.`,
    );
  }
  const state = await readIfThere(stateFile(dataDir));
  if (state === undefined) {
    throw new OperatorError(
      `${dataDir} holds a PostgreSQL database that EAIO did not make: set EAIO_DATA_DIR to another folder.`,
    );
  }
  return JSON.parse(state);
}

async function createCluster(options: Parameters<typeof openCluster>[0]): Promise<ClusterState> {
  const { dataDir, binaries, account, durable } = options;
  const making = `${dataDir}.making`;
  const passwordFile = join(making, 'password');
  const cluster = join(making, 'cluster');
  const state: ClusterState = { password: randomBytes(18).toString('base64url') };
  try {
    // The initdb of a start that was killed a moment ago may still be writing.
    await rm(making, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    await mkdir(making, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, `${state.password}\n`, { mode: 0o600 });
    if (account !== undefined)
      await Promise.all([making, passwordFile].map((path) => chown(path, account.uid, account.gid)));
    await run(account, binaries.initdb, [
      `--pgdata=${cluster}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      // Order by code point: the same on every machine, and quicker than a language's.
      ...(binaries.version >= 17
        ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
        : ['--locale=C']),
      ...(durable ? [] : ['--no-sync']),
    ]);
    await writeState(cluster, state);
    await rename(cluster, dataDir);
    return state;
  } catch (cause) {
    throw new OperatorError(`No database could be made in ${dataDir}: ${reason(cause, dirname(dataDir))}`, {
      cause,
    });
  } finally {
    await rm(making, { recursive: true, force: true }).catch(() => undefined);
  }
}

function reason(cause: unknown, folder: string): string {
  const code = codeOf(cause);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `the folder ${folder} can't be written.`;
  if (code === 'ENOSPC') return 'the disk is full.';
  return messageOf(cause);
}

/** @throws OperatorError when the file is there and can't be read: the folder belongs to another user. */
async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(cause))) return undefined;
    throw new OperatorError(
      `${file} can't be read: the folder belongs to another user; start as that user, or set EAIO_DATA_DIR to another folder.`,
      {
        cause,
      },
    );
  }
}
