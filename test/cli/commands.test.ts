import { join } from 'node:path';
import { loadOrCreateLocalKey } from '../../platform/identity/local-key.ts';
import { createTokenVerifier } from '../../platform/identity/token-verifier.ts';
import { eaioDone, useFolders } from './eaio.ts';

const newFolder = useFolders();

describe('eaio token', () => {
  test('prints one token and nothing else, good for the roles, buildings and time asked for', async () => {
    const dataDir = await newFolder();
    const args = ['--role', 'viewer,agent', '--buildings', 'Fox_a, Fox_b', '--ttl', '30m', '--subject', 'me'];
    const { code, output } = await eaioDone(['token', ...args, '--data-dir', dataDir]);
    expect(code).toBe(0);
    expect(output).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);

    const key = await loadOrCreateLocalKey(dataDir);
    const verifier = createTokenVerifier({
      keys: { local: key },
      issuer: 'eaio',
      audience: 'eaio',
      toleranceMs: 0,
    });
    const verified = await verifier.verify(output.trim());
    expect(verified).toMatchObject({
      ok: true,
      principal: { subject: 'me', roles: ['viewer', 'agent'], buildings: ['Fox_a', 'Fox_b'] },
    });
    const { exp, iat } = verified.ok ? verified.principal.claims : {};
    expect(Number(exp) - Number(iat)).toBeGreaterThanOrEqual(30 * 60);
    expect(Number(exp) - Number(iat)).toBeLessThanOrEqual(30 * 60 + 1);
  });

  test.each([
    [['--role', 'king'], /There is no role "king"; there are viewer, building_manager/],
    [[], /--role/],
    [['--role', 'viewer', '--ttl', 'soon'], /for example 30m, 8h or 7d/],
    [['--role', 'viewer', '--ttl', '0s'], /for example 30m, 8h or 7d/],
    [['--role', 'viewer', '--buildings', ','], /Give at least one/],
  ])('refuses %j with what is allowed', async (args, words) => {
    const { code, output } = await eaioDone(['token', ...args, '--data-dir', await newFolder()]);
    expect(code).toBe(1);
    expect(output).toMatch(words);
  });
});

describe('eaio config', () => {
  test('shows every setting with its value here, passwords hidden', async () => {
    const { code, output } = await eaioDone(['config'], {
      DATABASE_URL: 'postgresql://me:hush@db/eaio',
      PORT: '4321',
    });
    expect(code).toBe(0);
    expect(output).toMatch(/PORT\s+\* 4321/);
    expect(output).toContain('postgresql://me:***@db/eaio');
    expect(output).toMatch(/EAIO_BUILDINGS\s+\* 2/);
    expect(output).not.toContain('hush');
  });

  test('tells of a setting that is wrong, and of one that is none', async () => {
    const { code, output } = await eaioDone(['config'], { PORT: 'high', EAIO_BUILDING: '7' });
    expect(code).toBe(1);
    expect(output).toContain('PORT="high"');
    expect(output).toContain('EAIO_BUILDING is not a setting. Is EAIO_BUILDINGS meant?');
  });

  test('gives the tables of the README', async () => {
    expect((await eaioDone(['config', '--markdown'])).output).toContain('| `PORT` | 4000 |');
  });
});

describe('eaio compose', () => {
  test('finds the committed files current', async () => {
    const { code, output } = await eaioDone(['compose', '--check']);
    expect(output).toMatch(/operations fit the graph; all files are current\.\n$/);
    expect(code).toBe(0);
  });
});

describe('help', () => {
  test.each([
    [
      ['--help'],
      /Commands:[\s\S]*up [\s\S]*import [\s\S]*token [\s\S]*config [\s\S]*compose [\s\S]*Examples:/,
    ],
    [['up', '--help'], /--bdg2 <dir>[\s\S]*EAIO_BDG2_DIR[\s\S]*Examples:/],
    [['import', 'bdg2', '--help'], /<dir>[\s\S]*Examples:/],
    [['token', '--help'], /energy_engineer[\s\S]*Examples:/],
  ])('%j explains itself and gives examples', async (args, words) => {
    const { code, output } = await eaioDone(args);
    expect(code).toBe(0);
    expect(output.replaceAll(/\s+/g, ' ')).toMatch(
      new RegExp(words.source.replaceAll(String.raw`[\s\S]`, '.')),
    );
  });

  test.each([[['fly']], [['up', '--fast']]])('%j is refused with a hint at the help', async (args) => {
    const { code, output } = await eaioDone(args);
    expect(code).toBe(1);
    expect(output).toContain('--help');
  });

  test('a data folder is named by its option as by its setting', async () => {
    const folder = join(await newFolder(), 'deep', 'data');
    expect((await eaioDone(['token', '--role', 'viewer'], { EAIO_DATA_DIR: folder })).code).toBe(0);
    expect((await eaioDone(['token', '--role', 'viewer', '--data-dir', folder])).code).toBe(0);
  });
});
