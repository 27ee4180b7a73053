import { onPath } from './paths.mjs';
import { BootstrapError, run, step } from './step.mjs';

const choices = `No redis-server was found, and it could not be installed without asking you. Choose one:
  Debian, Ubuntu   sudo apt-get install redis-server
  Fedora           sudo dnf install redis
  Alpine           sudo apk add redis
  Arch             sudo pacman -S redis
  macOS            brew install redis
  a server you have    REDIS_URL=redis://host:6379 npm start`;

/** A redis-server on PATH, installing one when there is none. Nothing to do when REDIS_URL names a server. */
export async function installRedis() {
  if (process.env.REDIS_URL || found()) return;
  for (const way of [byApt, byHomebrew]) {
    const install = await way();
    if (install === undefined) continue;
    const { ok, output } = await step(`redis-server (${install.by})`, install.run);
    if (ok && found()) return;
    process.stderr.write(`${output.trimEnd().split('\n').slice(-10).join('\n')}\n`);
  }
  throw new BootstrapError(choices);
}

function found() {
  return onPath('redis-server') !== undefined;
}

/** As root, or by a sudo that asks no password. */
async function byApt() {
  const apt = onPath('apt-get');
  if (apt === undefined) return undefined;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !(await run('sudo', ['-n', 'true'])).ok) return undefined;
  const call = (...args) => {
    const all = ['env', 'DEBIAN_FRONTEND=noninteractive', apt, '-o', 'DPkg::Lock::Timeout=120', ...args];
    return isRoot ? run('/usr/bin/env', all.slice(1)) : run('sudo', ['-n', ...all]);
  };
  const install = () => call('install', '-y', '--no-install-recommends', 'redis-server');
  return {
    by: isRoot ? 'apt-get' : 'sudo apt-get',
    run: async () => {
      const first = await install();
      if (first.ok) return first;
      // A fresh container has no package lists yet.
      await call('update');
      return install();
    },
  };
}

async function byHomebrew() {
  const brew = onPath('brew');
  return brew === undefined ? undefined : { by: 'brew', run: () => run(brew, ['install', 'redis']) };
}
