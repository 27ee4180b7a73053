import { spawn, spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { root } from './paths.mjs';
import { BootstrapError } from './step.mjs';

/** The Node that package.json pins; TypeScript runs on it as it is. */
const pinned = join(root, 'node_modules', 'node', 'bin', 'node');
/** Compiled code is kept from one start to the next: a process is up in half the time. */
const codeCache = join(root, 'node_modules', '.cache', 'eaio-code');

/**
 * Run a program of the project on its own Node, as if it stood in our place: same arguments, terminal, signals and
 * exit code. A supervised program also holds a channel to us, and so learns when we are killed.
 */
export async function launch({ program, args, nodeOptions, supervised = false }) {
  const node = projectNode();
  const options = ['--disable-warning=ExperimentalWarning', ...nodeOptions];
  const child = spawn(node, [...options, join(root, program), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', ...(supervised ? ['ipc'] : [])],
    env: {
      ...process.env,
      PATH: [join(root, 'node_modules', '.bin'), dirname(node), process.env.PATH].join(delimiter),
      ...(supervised ? { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? codeCache } : {}),
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const watch = watchParent(() => child.kill('SIGTERM'));

  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      if (signal === null) return resolve(code ?? 1);
      // Die of what the program died of, so that our caller sees the same.
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    });
  });
}

/** npm killed by SIGKILL can't pass that on: notice that we were handed to another parent, and stop in its stead. */
function watchParent(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, 250);
  return timer;
}

function projectNode() {
  for (const node of [pinned, process.execPath]) {
    const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
    if (status === 0 && Number(stdout.slice(1).split('.')[0]) >= 24) return node;
  }
  throw new BootstrapError(
    `The Node 24 of the dependencies does not run here, and ${process.version} is older: install Node 24 or newer, then start again.`,
  );
}
