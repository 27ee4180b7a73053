import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { freePort } from '../../platform/lifecycle/free-port.ts';
import { eaioDone, useFolders } from './eaio.ts';

const newFolder = useFolders();

/** What an operator can mend is told in a sentence, with exit code 1 and nothing else. */
async function refusal(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> {
  const { code, output } = await eaioDone(args, env);
  expect(code).toBe(1);
  expect(output).not.toMatch(/\n\s+at /);
  return output;
}

// Proves: start.refusals
describe('a start that can not be', () => {
  test('names the port that another program has, and starts nothing', async () => {
    const folder = await newFolder();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    expect(await refusal(['up', '--port', String(port), '--data-dir', folder])).toBe(
      `Port ${port} on 127.0.0.1 can't be used, another program has it: choose one with --port N (or PORT), 0 for any that is free.\n`,
    );
    await new Promise((resolve) => other.close(resolve));
    expect(await readdir(folder)).toEqual(['logs']);
  });

  test('names the folder that can not be written', async () => {
    const file = join(await newFolder(), 'file');
    await writeFile(file, '');
    const said = await refusal(['up', '--port', '0', '--data-dir', join(file, 'data')]);
    expect(said).toBe(
      `Can't write to the data folder ${join(file, 'data')} (a part of the path is a file): choose another folder with --data-dir DIR (or EAIO_DATA_DIR).\n`,
    );
  });

  // Proves: errors.secrets-hidden
  test('names the database that does not answer, without its password', async () => {
    const port = await freePort();
    const said = await refusal(['up', '--port', '0', '--data-dir', await newFolder()], {
      DATABASE_URL: `postgresql://me:hush@127.0.0.1:${port}/eaio`,
    });
    expect(said).toContain(`PostgreSQL at 127.0.0.1:${port}/eaio does not answer`);
    expect(said).toContain('DATABASE_URL');
    expect(said).not.toContain('hush');
  });

  // Proves: errors.secrets-hidden
  test('names the Redis that does not answer, without its password', async () => {
    const port = await freePort();
    const said = await refusal(['up', '--port', '0', '--data-dir', await newFolder()], {
      REDIS_URL: `redis://:hush@127.0.0.1:${port}`,
    });
    expect(said).toContain(`127.0.0.1:${port}`);
    expect(said).toContain('REDIS_URL');
    expect(said).not.toContain('hush');
  });

  // Proves: config.faults-at-once
  test('names every wrong setting at once', async () => {
    const said = await refusal(['up', '--port', 'x', '--data-dir', await newFolder()], {
      EAIO_SPEED: 'fast',
    });
    expect(said).toMatch(/^2 settings are wrong\.\n {2}PORT="x": .*\n {2}EAIO_SPEED="fast": .*\n$/);
  });

  test('names the BDG2 folder that holds no BDG2', async () => {
    const folder = await newFolder();
    expect(await refusal(['import', 'bdg2', folder, '--data-dir', join(folder, 'data')])).toContain(
      `There is no metadata.csv in ${folder}`,
    );
  });

  test('tells what a role alone needs, and which subgraphs there are', async () => {
    const dataDir = await newFolder();
    expect(await refusal(['up', '--role', 'edge', '--data-dir', dataDir])).toContain(
      'The role edge alone needs DATABASE_URL and REDIS_URL',
    );
    const urls = { DATABASE_URL: 'postgresql://127.0.0.1:1/x', REDIS_URL: 'redis://127.0.0.1:1' };
    expect(await refusal(['up', '--role', 'subgraph:cheese', '--data-dir', dataDir], urls)).toContain(
      'There is no subgraph "cheese"; there are portfolio and energy.',
    );
  });
});
