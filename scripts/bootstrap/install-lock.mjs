import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from './paths.mjs';

/** Outside the repository, because nothing inside it survives `npm ci` and stays out of git as well. */
const file = join(
  tmpdir(),
  `eaio-install-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.lock`,
);

/** `npm start` and `npm test` begun together must not both empty node_modules. */
export async function withInstallLock(work) {
  let told = false;
  while (!take()) {
    if (!told) process.stderr.write('… Another install in this folder is under way: waiting for it\n');
    told = true;
    await delay(250);
  }
  // Not only in `finally`: a signal during the install ends the process by process.exit.
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function take() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!holderLives()) release();
    return false;
  }
}

function holderLives() {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function release() {
  rmSync(file, { force: true });
}
