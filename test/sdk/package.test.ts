import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { createTestSystem, type TestSystem } from '../kit/edge.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const tsc = join(root, 'node_modules/typescript/bin/tsc');
let folder: string;
let system: TestSystem;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eaio-sdk-user-'));
  system = await createTestSystem({ buildings: 1, months: 1 });
  await run(process.execPath, [join(root, 'sdk/build.mjs')]);
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: join(root, 'sdk') });
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'user', private: true, type: 'module' }),
  );
  await run('npm', ['install', '--silent', '--offline', '--no-audit', '--no-fund', join(folder, tarball)], {
    cwd: folder,
  });
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        target: 'es2022',
        module: 'nodenext',
        lib: ['es2023', 'dom'],
        types: [],
        outDir: 'out',
      },
      include: ['*.ts'],
    }),
  );
}, 120_000);
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function compile(text: string): Promise<string> {
  await writeFile(join(folder, 'program.ts'), text);
  return run(process.execPath, [tsc, '-p', folder]).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

// Proves: sdk.installs
test('the packed SDK installs into an empty project, type-checks there, and runs', async () => {
  const faults = await compile(`
    import { createClient } from '@eaio/sdk';
    const [url = '', token = ''] = (globalThis as unknown as { process: { argv: string[] } }).process.argv.slice(2);
    const client = createClient({ url, token });
    const { building } = await client.energy.buildingEnergyUse({ buildingId: ${JSON.stringify(system.portfolio.buildings[0]?.id)}, range: { period: 'LAST_7_DAYS' } });
    const total: number | null | undefined = building?.energyUse?.[0]?.total;
    console.log(JSON.stringify({ name: building?.name, total }));
  `);
  expect(faults).toBe('');
  const { stdout } = await run(process.execPath, [
    join(folder, 'out/program.js'),
    system.url,
    await system.tokenFor('viewer'),
  ]);
  expect(JSON.parse(stdout)).toEqual({
    name: system.portfolio.buildings[0]?.name,
    total: expect.any(Number),
  });
});

// Proves: sdk.wrong-argument
test.each([
  ['a period that does not exist', `{ buildingId: 'x', range: { period: 'LAST_FORTNIGHT' } }`],
  ['a variable of another name', `{ building: 'x', range: { period: 'TODAY' } }`],
  ['a missing variable', `{ range: { period: 'TODAY' } }`],
])('%s does not compile', async (_what, given) => {
  const faults = await compile(
    `import { createClient } from '@eaio/sdk';\nawait createClient({ url: '', token: '' }).energy.buildingEnergyUse(${given});`,
  );
  expect(faults).toMatch(/error TS\d+/);
});

// Proves: sdk.small
test('the runtime takes under 15 KB gzipped and asks for no Node built-in', async () => {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'sdk/src/client.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  expect(gzipSync(outputFiles[0]?.contents ?? '').byteLength).toBeLessThan(15_000);
  expect(await readFile(join(root, 'sdk/dist/index.js'), 'utf8')).not.toMatch(/from ['"]node:|require\(/);
});
