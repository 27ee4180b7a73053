import { installDependencies } from './dependencies.mjs';
import { launch } from './launch.mjs';
import { installRedis } from './redis.mjs';
import { BootstrapError } from './step.mjs';

/** What each verb hands over to, and whether it needs a redis-server on this machine. */
const verbs = {
  install: () => null,
  start: (args) => eaio(['up', ...args]),
  test: (args) => ({ program: jest, args, nodeOptions: ['--experimental-vm-modules'], needsRedis: true }),
  token: (args) => eaio(['token', ...args]),
  eaio,
};

const jest = 'node_modules/jest/bin/jest.js';
/** Commands that run a redis-server of their own; the others must not wait for one to be installed. */
const commandsWithRedis = ['up', 'import'];

/**
 * What loads history makes much garbage and serves nobody: a small young generation (4 MB; Node's grows to 16) takes 60 MB
 * off an import's peak and costs it no time.
 */
const loaderOptions = ['--max-semi-space-size=4'];

function eaio(args) {
  const asksForHelp = args.some((arg) => arg === '--help' || arg === '-h');
  const loads = commandsWithRedis.includes(args[0]) && !args.includes('--role');
  return {
    program: 'cli/eaio.ts',
    args,
    nodeOptions: loads ? loaderOptions : [],
    needsRedis: loads && !asksForHelp,
    supervised: true,
  };
}

/** @returns {Promise<number>} the exit code */
export async function main([verb, ...args]) {
  const target = Object.hasOwn(verbs, verb ?? '') ? verbs[verb] : undefined;
  if (target === undefined) {
    console.error(`Say what to do: node scripts/bootstrap.mjs ${Object.keys(verbs).join(' | ')}`);
    return 1;
  }
  try {
    await installDependencies();
    // npm hands over a `--` that its caller doubled; no program of ours takes one.
    const hand = target(args[0] === '--' ? args.slice(1) : args);
    if (hand === null || hand.needsRedis) await installRedis();
    return hand === null ? 0 : await launch(hand);
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    console.error(error.message);
    return error.exitCode;
  }
}
