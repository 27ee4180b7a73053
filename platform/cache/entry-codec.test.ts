import { gzipSync } from 'node:zlib';
import { decodeEntry, encodeEntry } from './entry-codec.ts';
import type { CacheEntry } from './types.ts';

const entry: CacheEntry = {
  body: Buffer.from('{"data":{"über":1}}'),
  gzip: undefined,
  etag: '"x"',
  tags: ['energy:Fox'],
  asOf: { redisMs: 1.5, positions: { readings: '1-0' } },
  storedAtMs: 1,
  ttlMs: 2,
  staleMs: 3,
  note: { status: 200 },
};

test('an entry comes back as it was', async () => {
  expect(await decodeEntry(encodeEntry(entry))).toEqual(entry);
});

test('a gzipped entry goes to Redis gzipped only, and comes back with both', async () => {
  const zipped = { ...entry, gzip: gzipSync(entry.body) };
  const value = encodeEntry(zipped);
  expect(value.includes(entry.body)).toBe(false);
  expect(await decodeEntry(value)).toEqual(zipped);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['another format', Buffer.from([9, 0, 0, 0, 0])],
  ['a broken header', Buffer.from([1, 0, 0, 0, 2, 123, 123])],
  ['a header that is cut', encodeEntry(entry).subarray(0, 20)],
  ['a broken body', encodeEntry({ ...entry, gzip: Buffer.from('no gzip') })],
])('%s is as good as absent', async (_, value) => {
  expect(await decodeEntry(value)).toBeUndefined();
});
