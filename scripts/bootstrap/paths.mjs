import { accessSync, constants } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** The machine's own PATH: npm puts node_modules/.bin before it, whose `node` an install is about to replace. */
export function machinePath() {
  const own = join(root, 'node_modules') + sep;
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => !`${folder}${sep}`.startsWith(own));
}

/** @returns {string | undefined} the program's full path */
export function onPath(program, folders = machinePath()) {
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
