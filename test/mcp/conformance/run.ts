import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveFixtures } from './serve.ts';

/** `npm run conformance`: the official suite against our transport and auth, once for each revision that it knows and we serve. */
const revisions = ['2025-11-25', '2026-07-28'] as const;

const suite = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/dist/index.js');
await using server = await serveFixtures();
const output = await mkdtemp(join(tmpdir(), 'eaio-conformance-'));
let failed = false;
for (const revision of revisions) {
  process.stdout.write(`\n== ${revision} ==\n`);
  const baseline = fileURLToPath(new URL(`./expected-failures-${revision}.yml`, import.meta.url));
  const child = spawn(
    process.execPath,
    [suite, 'server', '--url', `${server.url}/mcp`, '--spec-version', revision, '--suite', 'all'].concat([
      '--expected-failures',
      baseline,
      '--output-dir',
      output,
    ]),
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const [code] = (await once(child, 'close')) as [number | null];
  failed ||= code !== 0;
}
await rm(output, { recursive: true });
process.exitCode = failed ? 1 : 0;
