import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../cli/eaio.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const passing = "test('a', () => expect(1).toBe(1));";
const coverage = {
  collectCoverageFrom: ['*.js'],
  collectCoverage: true,
  coverageThreshold: { global: { lines: 90 } },
};

/** Runs these test files, as CI does, in a folder of their own. */
async function outcomeOf(files: Readonly<Record<string, string>>, config: object = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'eaio-summary-'));
  try {
    const reporters = ['default', join(root, 'test/kit/summary-reporter.js')];
    const all = { rootDir: folder, testEnvironment: 'node', transform: {}, reporters, ...config };
    await writeFile(join(folder, 'jest.config.json'), JSON.stringify(all));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const jest = join(root, 'node_modules/jest/bin/jest.js');
    const it = run([process.execPath, jest, '--config', join(folder, 'jest.config.json'), '--no-cache'], {});
    const { code } = await it.ended;
    return { code, lastLine: it.output().trimEnd().split('\n').at(-1) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

// Proves: ci.last-line
describe('a test run ends with one plain line, and with an exit code that agrees', () => {
  test.each<[string, number, string, Readonly<Record<string, string>>]>([
    ['all pass', 0, '1 passed, 0 failed', { 'a.test.js': passing }],
    ['one fails', 1, '1 passed, 1 failed', { 'a.test.js': `${passing} test('b', () => expect(1).toBe(2));` }],
    [
      'a file does not load',
      1,
      '1 passed, 1 failed',
      { 'a.test.js': passing, 'b.test.js': 'throw new Error();' },
    ],
    ['a file holds no test', 1, '1 passed, 1 failed', { 'a.test.js': passing, 'b.test.js': '' }],
    [
      'a known failure is none any more',
      1,
      '0 passed, 1 failed',
      { 'a.test.js': "test.failing('a', () => {});" },
    ],
    [
      'a setup fails',
      1,
      '0 passed, 1 failed',
      { 'a.test.js': `beforeAll(() => { throw new Error(); }); ${passing}` },
    ],
  ])(
    'when %s',
    async (_, code, lastLine, files) => {
      expect(await outcomeOf(files)).toEqual({ code, lastLine });
    },
    60_000,
  );

  test('when too little is covered it fails although all tests pass', async () => {
    const files = { 'a.test.js': passing, 'never-loaded.js': 'module.exports = () => 1;' };
    expect(await outcomeOf(files, coverage)).toEqual({ code: 1, lastLine: '1 passed, 0 failed' });
    expect(await outcomeOf({ 'a.test.js': passing }, coverage)).toEqual({
      code: 0,
      lastLine: '1 passed, 0 failed',
    });
  }, 60_000);
});
