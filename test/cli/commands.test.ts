import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadOrCreateLocalKey } from '../../platform/identity/local-key.ts';
import { createTokenVerifier } from '../../platform/identity/token-verifier.ts';
import { eaioDone, useFolders } from './eaio.ts';
import { runMain } from './run-main.ts';

const newFolder = useFolders();

describe('eaio token', () => {
  // Proves: identity.token-command
  test('prints one token and nothing else, good for the roles, buildings and time asked for', async () => {
    const dataDir = await newFolder();
    const args = ['--role', 'viewer,agent', '--buildings', 'Fox_a, Fox_b', '--ttl', '30m', '--subject', 'me'];
    const { code, stdout, stderr } = await runMain(['token', ...args, '--data-dir', dataDir]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);

    const key = await loadOrCreateLocalKey(dataDir);
    const verifier = createTokenVerifier({ keys: { local: key }, issuer: 'eaio', audience: 'eaio' });
    const verified = await verifier.verify(stdout.trim());
    expect(verified).toMatchObject({
      ok: true,
      principal: { subject: 'me', roles: ['viewer', 'agent'], buildings: ['Fox_a', 'Fox_b'] },
    });
    const { exp, iat } = verified.ok ? verified.principal.claims : {};
    expect(Number(exp) - Number(iat)).toBeGreaterThanOrEqual(30 * 60);
    expect(Number(exp) - Number(iat)).toBeLessThanOrEqual(30 * 60 + 1);
  });

  test('signs by the key that is set, where processes share no data folder', async () => {
    const [shared, dataDir] = [await newFolder(), await newFolder()];
    const key = await loadOrCreateLocalKey(shared);
    const signingKey = await readFile(join(shared, 'keys', 'local-ed25519.json'), 'utf8');
    const { stdout } = await runMain(['token', '--role', 'viewer', '--data-dir', dataDir], {
      EAIO_SIGNING_KEY: signingKey,
    });
    const verifier = createTokenVerifier({ keys: { local: key }, issuer: 'eaio', audience: 'eaio' });
    expect(await verifier.verify(stdout.trim())).toMatchObject({ ok: true });
  });

  test('prints it as a program, too', async () => {
    const { code, output } = await eaioDone(['token', '--role', 'viewer', '--data-dir', await newFolder()]);
    expect(code).toBe(0);
    expect(output).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  test.each([
    [['--role', 'king'], /There is no role "king"; there are viewer, building_manager/],
    [[], /--role/],
    [['--role', 'viewer', '--ttl', 'soon'], /for example 30m, 8h or 7d/],
    [['--role', 'viewer', '--ttl', '0s'], /for example 30m, 8h or 7d/],
    [['--role', 'viewer', '--buildings', ','], /Give at least one/],
  ])('refuses %j with what is allowed', async (args, words) => {
    const { code, stdout, stderr } = await runMain(['token', ...args, '--data-dir', await newFolder()]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(words);
  });

  test('finds its data folder by the option as by the setting', async () => {
    const folder = join(await newFolder(), 'deep', 'data');
    expect((await runMain(['token', '--role', 'viewer'], { EAIO_DATA_DIR: folder })).code).toBe(0);
    expect((await runMain(['token', '--role', 'viewer', '--data-dir', folder])).code).toBe(0);
    expect(await readFile(join(folder, 'keys', 'local-ed25519.json'), 'utf8')).toContain('Ed25519');
  });
});

describe('eaio config', () => {
  test('shows every setting with its value here, passwords hidden', async () => {
    const { code, stdout } = await runMain(['config'], {
      DATABASE_URL: 'postgresql://me:hush@db/eaio',
      PORT: '4321',
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/PORT\s+\* 4321/);
    expect(stdout).toContain('postgresql://me:***@db/eaio');
    expect(stdout).toMatch(/EAIO_BUILDINGS\s+\* 2/);
    expect(stdout).not.toContain('hush');
  });

  test('tells of a setting that is wrong, and of one that is none', async () => {
    const { code, stdout, stderr } = await runMain(['config'], { PORT: 'high', EAIO_BUILDING: '7' });
    expect(code).toBe(1);
    expect(stderr).toContain('PORT="high"');
    expect(stdout).toContain('EAIO_BUILDING is not a setting. Is EAIO_BUILDINGS meant?');
  });

  test('gives the tables of the README', async () => {
    expect((await runMain(['config', '--markdown'])).stdout).toContain('| `PORT` | 4000 |');
  });
});

describe('eaio compose', () => {
  // Proves: router.files-current
  test('finds the committed files current', async () => {
    const { code, stdout } = await runMain(['compose', '--check']);
    expect(stdout).toMatch(/operations fit the graph; all files are current\.\n$/);
    expect(code).toBe(0);
  });

  test('writes nothing that is current', async () => {
    expect((await runMain(['compose'])).stdout).toMatch(/nothing changed\.\n$/);
  });
});

describe('eaio mcp', () => {
  test('says that it needs to know how', async () => {
    expect((await runMain(['mcp'])).stderr).toContain('eaio mcp --stdio');
  });

  test('says that there is no system to ask', async () => {
    const folder = await newFolder();
    const { code, stderr } = await runMain(['mcp', '--stdio', '--data-dir', folder]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `No EAIO runs on ${folder}: start it with \`npm start\`, name its folder with --data-dir DIR, or set DATABASE_URL and REDIS_URL.\n`,
    );
  });
});

// Proves: cli.explains-itself
describe('help', () => {
  test.each([
    [['--help'], /Commands:.* up .* import .* token .* config .* compose .* mcp .*Examples:/s],
    [['up', '--help'], /--bdg2 <dir>.*EAIO_BDG2_DIR.*Examples:/s],
    [['import', 'bdg2', '--help'], /<dir>.*Examples:/s],
    [['token', '--help'], /energy_engineer.*Examples:/s],
    [['mcp', '--help'], /--stdio.*mcpServers/s],
  ])('%j explains itself and gives examples', async (args, words) => {
    const { code, stdout } = await runMain(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(words);
  });

  test.each([[['fly']], [['up', '--fast']]])('%j is refused with a hint at the help', async (args) => {
    const { code, stderr } = await runMain(args);
    expect(code).toBe(1);
    expect(stderr).toContain('--help');
  });
});
