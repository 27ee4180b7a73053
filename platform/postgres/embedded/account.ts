import { access, constants, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { OperatorError } from '../../errors/operator-error.ts';

/**
 * PostgreSQL refuses to run as root, containers and CI often are root. Then its programs run as user `postgres`, else
 * `nobody`: nothing is added to the machine. An existing data folder keeps its owner.
 */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  /** The command as this account has to run it. */
  wrap(command: string, args: readonly string[]): readonly [command: string, args: readonly string[]];
  /** For `spawn`. */
  readonly spawnOptions: { readonly uid?: number; readonly gid?: number };
}

/**
 * Who PostgreSQL's programs run as, so that they reach all of `paths`; undefined when we are no root and run them ourselves.
 * @throws OperatorError when root has no way to let another account reach them.
 */
export async function unprivilegedAccount(
  dataDir: string,
  paths: readonly string[],
): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const ids = (await ownerOf(dataDir)) ?? (await userNamed('postgres')) ?? (await userNamed('nobody'));
  if (ids === undefined) {
    throw new OperatorError(
      'PostgreSQL does not run as root, and there is no user postgres or nobody: start as another user, or set DATABASE_URL.',
    );
  }
  const unreachable = await firstUnreachable(ids, [dirname(dataDir), ...paths]);
  if (unreachable === undefined)
    return { ...ids, wrap: (command, args) => [command, args], spawnOptions: ids };
  return { ...ids, wrap: await throughClosedFolders(ids, unreachable), spawnOptions: {} };
}

/**
 * A clone below /root or in a `mktemp -d` folder is closed to every other account. The kernel can let the one process
 * through (an ambient capability) without opening the folder to anyone else.
 */
async function throughClosedFolders({ uid, gid }: Ids, unreachable: string): Promise<Account['wrap']> {
  const setpriv = await firstExecutable(['/usr/bin/setpriv', '/bin/setpriv']);
  const capability = await heldCapability();
  if (setpriv === undefined || capability === undefined) {
    throw new OperatorError(
      `PostgreSQL does not run as root, and user ${uid} can't enter ${unreachable}: start as another user, allow entry (chmod o+x), or set DATABASE_URL.`,
    );
  }
  const grant = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
  ];
  return (command, args) => [setpriv, [...grant, '--', command, ...args]];
}

/** The smallest capability that passes closed folders and that we have to give: Docker gives root the second, not the first. */
async function heldCapability(): Promise<string | undefined> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  if (held & (1n << 2n)) return 'dac_read_search';
  return held & (1n << 1n) ? 'dac_override' : undefined;
}

type Ids = { readonly uid: number; readonly gid: number };

async function ownerOf(folder: string): Promise<Ids | undefined> {
  const found = await stat(folder).catch(() => undefined);
  return found === undefined || found.uid === 0 ? undefined : { uid: found.uid, gid: found.gid };
}

async function userNamed(name: string): Promise<Ids | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((line) => line[0] === name);
  return fields === undefined ? undefined : { uid: Number(fields[2]), gid: Number(fields[3]) };
}

async function firstUnreachable(ids: Ids, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    for (let folder = resolve(path); ; folder = dirname(folder)) {
      const found = await stat(folder).catch(() => undefined);
      if (found !== undefined && !mayEnter(ids, found)) return folder;
      if (folder === dirname(folder)) break;
    }
  }
  return undefined;
}

function mayEnter(ids: Ids, folder: { uid: number; gid: number; mode: number }): boolean {
  if (folder.uid === ids.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === ids.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}

async function firstExecutable(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const ok = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (ok) return file;
  }
  return undefined;
}
