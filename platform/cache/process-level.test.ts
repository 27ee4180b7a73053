import { createProcessLevel } from './process-level.ts';
import type { CacheEntry } from './types.ts';

const entry = (bytes: number, tags: readonly string[] = []): CacheEntry => ({
  body: Buffer.alloc(bytes),
  gzip: undefined,
  etag: '"x"',
  tags,
  asOf: { redisMs: 0, positions: {} },
  storedAtMs: 0,
  ttlMs: 1,
  staleMs: 0,
  note: {},
});

const trusting = { version: 0, isValid: () => true };

// Proves: cache.bounded
test('is bounded in bytes: the least recently used gives way', () => {
  const level = createProcessLevel({ maxBytes: 100_000, feed: trusting });
  for (let n = 0; n < 10; n++) level.set(`k${n}`, entry(10_000));
  expect(level.get('k0')).toBeUndefined();
  expect(level.get('k9')).toBeDefined();
  expect(level.bytes).toBeLessThanOrEqual(100_000);
  expect(level.entries).toBe(9);
});

test('one answer may not drive all others out', () => {
  const level = createProcessLevel({ maxBytes: 100_000, feed: trusting });
  level.set('small', entry(100));
  level.set('huge', entry(50_000));
  expect(level.get('huge')).toBeUndefined();
  expect(level.get('small')).toBeDefined();
});

test('counts the gzipped twin, the tags and the key', () => {
  const level = createProcessLevel({ maxBytes: 100_000, feed: trusting });
  level.set('key', { ...entry(1_000, ['tag']), gzip: Buffer.alloc(500) });
  expect(level.bytes).toBeGreaterThan(1_500);
  level.clear();
  expect(level.bytes).toBe(0);
});

test('an entry is looked at again only when something was invalidated', () => {
  let looks = 0;
  const feed = {
    version: 1,
    isValid: () => {
      looks += 1;
      return feed.version < 3;
    },
  };
  const level = createProcessLevel({ maxBytes: 100_000, feed });
  level.set('key', entry(1));
  level.get('key');
  level.get('key');
  expect(looks).toBe(1);
  feed.version = 2;
  expect(level.get('key')).toBeDefined();
  feed.version = 3;
  expect(level.get('key')).toBeUndefined();
  expect(level.entries).toBe(0);
});
