/** Builds the SDK into sdk/dist: one ES module for Node >= 20 and browsers, and its types. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
rmSync(`${here}dist`, { recursive: true, force: true });
await build({
  entryPoints: [`${here}src/index.ts`],
  outfile: `${here}dist/index.js`,
  bundle: true,
  format: 'esm',
  // Browser: a Node built-in in the graph of imports fails the build.
  platform: 'browser',
  target: ['es2022'],
  legalComments: 'none',
});
execFileSync(
  process.execPath,
  [fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url)), '-p', here],
  { stdio: 'inherit' },
);
