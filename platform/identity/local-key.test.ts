import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOrCreateLocalKey, openLocalKey, parseLocalKey } from './local-key.ts';

let folder: string;
const file = (): string => join(folder, 'keys', 'local-ed25519.json');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eaio-test-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('processes that start at once agree on one key, and leave nothing else behind', async () => {
  const keys = await Promise.all(Array.from({ length: 5 }, () => loadOrCreateLocalKey(folder)));
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1);
  expect(await readdir(join(folder, 'keys'))).toEqual(['local-ed25519.json']);
});

test('only its owner may read the file, whatever became of it', async () => {
  await loadOrCreateLocalKey(folder);
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  await chmod(file(), 0o644);
  await loadOrCreateLocalKey(folder);
  expect((await stat(file())).mode & 0o777).toBe(0o600);
});

test('the text of the file is the same key in a setting', async () => {
  const { kid } = await loadOrCreateLocalKey(folder);
  expect(await parseLocalKey(await readFile(file(), 'utf8'))).toMatchObject({ kid });
});

test("a key that is set signs in place of the folder's, which is not made then", async () => {
  const other = await mkdtemp(join(tmpdir(), 'eaio-test-key-'));
  const { kid } = await loadOrCreateLocalKey(other);
  const signingKey = await readFile(join(other, 'keys', 'local-ed25519.json'), 'utf8');
  await rm(other, { recursive: true });
  expect(await openLocalKey({ signingKey, dataDir: folder })).toMatchObject({ kid });
  expect(await readdir(folder)).toEqual([]);
  const own = await openLocalKey({ signingKey: undefined, dataDir: folder });
  expect(own.kid).not.toBe(kid);
  expect(await loadOrCreateLocalKey(folder)).toMatchObject({ kid: own.kid });
});

test('a broken file is said so in a sentence', async () => {
  await loadOrCreateLocalKey(folder);
  await writeFile(file(), '{"kty":"OKP"');
  await expect(loadOrCreateLocalKey(folder)).rejects.toThrow(
    /local-ed25519.json, can't be used \(.*\). Remove the file to get a new one/,
  );
});

test.each([
  'nonsense',
  '{}',
  '{"kty":"OKP","crv":"Ed25519","x":"Sm9obiBpcyBub3QgYSBrZXkgYnV0IDMyIGJ5dGVzISE"}',
])('no private key: %s', async (text) => {
  await expect(parseLocalKey(text)).rejects.toThrow('EAIO_SIGNING_KEY is no private Ed25519 key');
});
