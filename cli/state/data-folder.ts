import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { codeOf, messageOf } from '../../platform/errors/facts.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';

/** Where one installation keeps everything that it writes. Nothing outside it is ever touched. */
export interface DataFolder {
  readonly path: string;
  /** Who runs on the folder, and how to reach what they run: lock and state in one. */
  readonly runFile: string;
  /** Cluster of the embedded PostgreSQL. */
  readonly postgres: string;
  /** Append-only files of the local redis-server. */
  readonly redis: string;
  readonly logs: string;
  /** Faults that the synthetic history holds on purpose, to score detection against. */
  readonly faultsFile: string;
}

/** Others may pass through, for PostgreSQL runs as another user where we are root; what is inside is its owner's alone. */
const passThrough = 0o711;
const ownerOnly = 0o700;

export function dataFolder(path: string): DataFolder {
  const root = resolve(path);
  return {
    path: root,
    runFile: join(root, 'run.json'),
    postgres: join(root, 'postgres'),
    redis: join(root, 'redis'),
    logs: join(root, 'logs'),
    faultsFile: join(root, 'faults.json'),
  };
}

/** Makes the folder if there is none. @throws OperatorError when it can't be written. */
export function prepareDataFolder(folder: DataFolder): void {
  try {
    mkdirSync(folder.path, { recursive: true, mode: passThrough });
    mkdirSync(folder.logs, { recursive: true, mode: ownerOnly });
    // Permission bits do not tell of a read-only or full disk: write.
    const probe = join(folder.path, `.probe-${process.pid}`);
    writeFileSync(probe, 'probe');
    rmSync(probe);
    accessSync(folder.logs, constants.W_OK);
  } catch (cause) {
    const mend = 'choose another folder with --data-dir DIR (or EAIO_DATA_DIR)';
    throw new OperatorError(`Can't write to the data folder ${folder.path} (${reason(cause)}): ${mend}.`, {
      cause,
    });
  }
}

function reason(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'read-only file system';
    case 'ENOSPC':
      return 'no space left on the disk';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a part of the path is a file';
    default:
      return messageOf(cause);
  }
}
