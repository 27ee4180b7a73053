import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withInstallLock } from './install-lock.mjs';
import { machinePath, onPath, root } from './paths.mjs';
import { BootstrapError, run, step } from './step.mjs';

/** Remembers which lock file node_modules was installed from. `npm ci` begins by deleting it together with the rest. */
const marker = join(root, 'node_modules', '.eaio-lock');

/** `npm ci`, when what it would install differs from what is there. */
export async function installDependencies() {
  const wanted = fingerprint();
  if (installed() === wanted) return;
  await withInstallLock(async () => {
    // Whoever held the lock may have done it meanwhile.
    if (installed() === wanted) return;
    await step('Dependencies (npm ci)', npmCi);
    writeFileSync(marker, wanted);
  });
}

function installed() {
  return existsSync(marker) ? readFileSync(marker, 'utf8') : undefined;
}

/** Of all that decides what ends up in node_modules: the lock file, the patches laid over it, and the platform. */
function fingerprint() {
  const patches = join(root, 'patches');
  const names = existsSync(patches) ? readdirSync(patches).sort() : [];
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['package-lock.json', ...names.map((name) => join('patches', name))]) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

async function npmCi() {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  const [command, before] = npm();
  const { ok, output } = await run(command, [...before, 'ci', '--include=dev', '--no-audit', '--no-fund'], {
    cwd: root,
    // onnxruntime-node brings its CPU library in the package; without this it would fetch a GPU one of 400 MB.
    env: { ...process.env, PATH: machinePath().join(delimiter), ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
  if (ok) return;
  throw new BootstrapError(
    `${extract(output)}\n\nnpm ci failed, so the dependencies are not complete. Mend what npm says above, then start again.`,
  );
}

/** What went wrong stands at the beginning of npm's output, or of a failed install script's at the end. */
function extract(output) {
  const lines = output.trimEnd().split('\n');
  return (lines.length <= 40 ? lines : [...lines.slice(0, 25), '…', ...lines.slice(-10)]).join('\n');
}

/** The npm that started us, run by the Node that it runs on itself; else the one on PATH. */
function npm() {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const own = join(root, 'node_modules');
  const usable = node !== undefined && !node.startsWith(own) ? node : onPath('node');
  if (script?.endsWith('.js') && existsSync(script) && usable !== undefined) return [usable, [script]];
  const found = onPath('npm');
  if (found === undefined)
    throw new BootstrapError(
      'npm is not on the PATH: install it, or run `npm start` rather than this script.',
    );
  return [found, []];
}
