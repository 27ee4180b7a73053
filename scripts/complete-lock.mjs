/**
 * Adds to package-lock.json the optional packages of other platforms that the registry of whoever last ran `npm install`
 * did not have: `npm ci` demands an entry for each, and refuses the lock file without. A registry that lacks some leaves
 * them out silently (npm/cli#4828). Run it after `npm install`: node scripts/complete-lock.mjs
 *
 * Only packages that their parent pins exactly and whose name tells the platform; they carry no integrity until an
 * `npm install` at a full registry adds it.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const platform =
  /-(?<os>android|darwin|freebsd|linux|openharmony|win32)-(?<cpu>arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)(?:-(?<abi>[a-z]+))?$/;

const added = [];
for (const [path, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const match = platform.exec(name);
    if (match === null || !/^\d+\.\d+\.\d+[\w.+-]*$/.test(version) || resolves(path, name)) continue;
    const { os, cpu, abi } = match.groups;
    const libc = os === 'linux' ? [abi?.startsWith('musl') ? 'musl' : 'glibc'] : undefined;
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      dev: parent.dev,
      libc,
      optional: true,
      os: [os],
    };
    added.push(`${name}@${version}`);
  }
}

lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
);
if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(
  added.length === 0 ? 'package-lock.json is complete.' : `Added ${added.length}: ${added.join(', ')}`,
);

/** As Node looks for it: beside the package, then further and further out. */
function resolves(path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (lock.packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return true;
    if (at === '') return false;
  }
}
