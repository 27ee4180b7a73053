import { changed, computed, type EdgeOptions, openEdge } from '../../test/cache/ground.ts';
import { createTestRedis, type TestRedis } from '../../test/kit/redis.ts';
import { createTcpProxy } from '../../test/kit/tcp-proxy.ts';
import { until } from '../../test/kit/wait.ts';
import type { Computed } from './types.ts';

type Edge = ReturnType<typeof openEdge>;

const live = ({ cache }: Edge) =>
  until(() => cache.health().status === 'ok', { what: 'the cache to be live' });

async function setUp({ edges = 1, ...options }: EdgeOptions & { readonly edges?: number } = {}) {
  const server: TestRedis = await createTestRedis();
  const opened = Array.from({ length: edges }, () => openEdge(server.url, options));
  await Promise.all(opened.map(live));
  const [edge, other] = [opened[0], opened[edges - 1]];
  if (!edge || !other) throw new Error('There must be an edge.');
  if (edge !== other) await acquainted(edge, other);
  await server.redis.flushall();
  return {
    ...{ server, edge, other },
    async [Symbol.asyncDispose]() {
      for (const each of opened) await each[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A process trusts only what was begun after its own beginning: until the first one's answers are good enough for the second. */
async function acquainted(edge: Edge, other: Edge): Promise<void> {
  for (let n = 0, source = ''; source !== 'redis'; n += 1) {
    await edge.ask(`warm${n}`, 'one', { tags: [] });
    source = (await other.ask(`warm${n}`, 'two', { tags: [] })).source;
  }
}

/** A computation that ends when it is told to, and tells when it begins. */
function held(body: string, more: Partial<Computed> = {}) {
  const begun = Promise.withResolvers<AbortSignal>();
  const result = Promise.withResolvers<Computed>();
  let runs = 0;
  return {
    begun: begun.promise,
    get runs() {
      return runs;
    },
    finish: () => result.resolve(computed(body, more)),
    fail: (error: Error) => result.reject(error),
    compute: (signal: AbortSignal) => {
      runs += 1;
      begun.resolve(signal);
      return result.promise;
    },
  };
}

const kept = ({ server }: { server: TestRedis }) =>
  until(async () => (await server.redis.keys('eaio:cache:*')).length === 1, { what: 'Redis to have it' });

describe('levels', () => {
  // Proves: cache.levels
  test('computed once, then held by the process, and by Redis for other processes', async () => {
    await using it = await setUp({ edges: 2 });
    expect(it.edge.cache.peek('k', 'TEST')).toBeUndefined();
    expect(await it.edge.ask('k', 'one')).toMatchObject({ body: 'one', source: 'computed' });
    expect(await it.edge.ask('k', 'two')).toMatchObject({ body: 'one', source: 'process' });
    expect(it.edge.cache.peek('k', 'TEST')).toMatchObject({ source: 'process', stale: false });
    await kept(it);
    expect(await it.other.ask('k', 'two')).toMatchObject({ body: 'one', source: 'redis' });
    expect(await it.other.ask('k', 'two')).toMatchObject({ body: 'one', source: 'process' });
  });

  test('bodies over the size are held gzipped too, on both levels', async () => {
    await using it = await setUp({ edges: 2, gzipAtOnceFromBytes: 1_000 });
    const body = 'x'.repeat(5_000);
    await it.edge.ask('k', body);
    const entry = await until(() => it.edge.cache.peek('k', 'TEST')?.entry.gzip, {
      what: 'the gzipped body',
    });
    expect(entry.length).toBeLessThan(500);
    await kept(it);
    const found = await it.other.cache.fetch('k', 'TEST', async () => computed('two'));
    expect(found.source).toBe('redis');
    expect(found.entry.body.toString()).toBe(body);
    expect(found.entry.gzip).toEqual(entry);
  });

  test('a body of middling size is gzipped when it is asked for again, once', async () => {
    await using it = await setUp({ gzipFromBytes: 1_000 });
    await it.edge.ask('k', 'x'.repeat(5_000));
    const first = it.edge.cache.peek('k', 'TEST');
    expect(first?.entry.gzip).toBeUndefined();
    const gzip = await until(() => it.edge.cache.peek('k', 'TEST')?.entry.gzip, { what: 'the gzipped body' });
    expect(gzip.length).toBeLessThan(500);
    expect(it.edge.cache.peek('k', 'TEST')?.entry.gzip).toBe(gzip);
  });

  test('what has no time to live is given out and not kept', async () => {
    await using it = await setUp();
    await it.edge.ask('k', 'one', { ttlMs: 0 });
    expect(await it.edge.ask('k', 'two')).toMatchObject({ body: 'two', source: 'computed', stale: false });
  });

  test('an answer too large for Redis is held by the process alone, and its lock is given up', async () => {
    await using it = await setUp({ edges: 2, maxEntryBytes: 1_000, gzipFromBytes: 100_000 });
    await it.edge.ask('k', 'x'.repeat(2_000));
    expect(await it.edge.ask('k', '')).toMatchObject({ source: 'process' });
    await until(async () => (await it.server.redis.keys('eaio:cache:*')).length === 0, { what: 'no lock' });
    expect(await it.other.ask('k', 'two')).toMatchObject({ source: 'computed' });
  });

  test('over its time an answer is made anew', async () => {
    let nowMs = 1_000;
    await using it = await setUp({ now: () => nowMs });
    await it.edge.ask('k', 'one', { ttlMs: 500 });
    nowMs += 499;
    expect(await it.edge.ask('k', 'two')).toMatchObject({ body: 'one' });
    nowMs += 1;
    expect(await it.edge.ask('k', 'two')).toMatchObject({ body: 'two', source: 'computed' });
  });

  // Proves: cache.stale-while-revalidate
  test('over its time, but not for long, it is given out while a new one is made', async () => {
    let nowMs = 1_000;
    await using it = await setUp({ edges: 2, now: () => nowMs });
    await it.edge.ask('k', 'one', { ttlMs: 500, staleMs: 500 });
    await kept(it);
    nowMs += 700;
    expect(it.edge.cache.peek('k', 'TEST')).toBeUndefined();
    expect(await it.edge.ask('k', 'two')).toMatchObject({ body: 'one', source: 'process', stale: true });
    const fresh = await until(() => it.edge.cache.peek('k', 'TEST'), { what: 'the new one' });
    expect(fresh.entry.body.toString()).toBe('two');
    // Another process finds the new one, or the old one and refreshes it likewise.
    await until(async () => (await it.other.ask('k', 'three')).body !== 'one', { what: 'the new one' });
  });

  test('a refresh that fails leaves the old answer where it is', async () => {
    let nowMs = 1_000;
    await using it = await setUp({ now: () => nowMs });
    await it.edge.ask('k', 'one', { ttlMs: 500, staleMs: 500 });
    nowMs += 700;
    let failed = 0;
    const ask = () =>
      it.edge.cache.fetch('k', 'TEST', async () => {
        failed += 1;
        throw new Error('no');
      });
    expect(await ask()).toMatchObject({ stale: true });
    await until(() => failed === 1, { what: 'the refresh' });
    expect(await ask()).toMatchObject({ stale: true });
  });
});

describe('one computation for all', () => {
  // Proves: cache.one-computation
  test('equal questions at once share one, in a process', async () => {
    await using it = await setUp();
    const work = held('one');
    const asked = Array.from({ length: 20 }, () => it.edge.cache.fetch('k', 'TEST', work.compute));
    await work.begun;
    work.finish();
    const sources = (await Promise.all(asked)).map(({ source }) => source);
    expect(sources.filter((source) => source === 'computed')).toHaveLength(1);
    expect(sources.filter((source) => source === 'joined')).toHaveLength(19);
    expect(work.runs).toBe(1);
  });

  // Proves: cache.one-computation
  test('and across processes', async () => {
    await using it = await setUp({ edges: 2, othersWaitMs: 20_000 });
    const work = held('one');
    const first = it.edge.cache.fetch('k', 'TEST', work.compute);
    await work.begun;
    const second = it.other.ask('k', 'two');
    work.finish();
    expect((await first).source).toBe('computed');
    expect(await second).toMatchObject({ body: 'one', source: 'redis' });
  });

  test('when the other process fails, this one does it at once', async () => {
    await using it = await setUp({ edges: 2, othersWaitMs: 20_000 });
    const work = held('one');
    const first = it.edge.cache.fetch('k', 'TEST', work.compute);
    await work.begun;
    const second = it.other.ask('k', 'two');
    work.fail(new Error('broken'));
    await expect(first).rejects.toThrow('broken');
    expect(await second).toMatchObject({ body: 'two', source: 'computed' });
  });

  test('when the other process takes too long, this one does not wait for it', async () => {
    await using it = await setUp({ edges: 2, othersWaitMs: 20 });
    const work = held('one');
    const first = it.edge.cache.fetch('k', 'TEST', work.compute);
    await work.begun;
    expect(await it.other.ask('k', 'two')).toMatchObject({ body: 'two', source: 'computed' });
    work.finish();
    await first;
  });

  test('a caller who leaves does not stop it for the others; the last one does', async () => {
    await using it = await setUp();
    const work = held('one');
    const [leaving, staying] = [new AbortController(), new AbortController()];
    const left = it.edge.cache.fetch('k', 'TEST', work.compute, leaving.signal);
    const signal = await work.begun;
    const stayed = it.edge.cache.fetch('k', 'TEST', work.compute, staying.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(signal.aborted).toBe(false);
    staying.abort(new Error('gone too'));
    await expect(stayed).rejects.toThrow('gone too');
    expect(signal.aborted).toBe(true);
    // The one that was called off is nobody's: the next asks afresh.
    expect(await it.edge.ask('k', 'two')).toMatchObject({ body: 'two', source: 'computed' });
    work.fail(new Error('called off'));
  });

  test('who has gone already is not asked for', async () => {
    await using it = await setUp();
    const work = held('one');
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(it.edge.cache.fetch('k', 'TEST', work.compute, gone)).rejects.toThrow('gone');
    expect(work.runs).toBe(0);
  });
});

describe('invalidation', () => {
  test('an event makes its answers stale in every process, and leaves the others', async () => {
    await using it = await setUp({ edges: 2 });
    await it.edge.ask('k', 'one', { tags: ['a', 'b'] });
    await it.edge.ask('other', 'kept', { tags: ['c'] });
    await until(async () => (await it.server.redis.keys('eaio:cache:*')).length === 2, {
      what: 'both in Redis',
    });
    await it.other.ask('k', 'two');
    await it.edge.bus.publish([changed('b')]);
    for (const edge of [it.edge, it.other]) {
      await until(() => edge.cache.peek('k', 'TEST') === undefined, { what: 'the event' });
    }
    expect(await it.other.ask('k', 'three')).toMatchObject({ body: 'three', source: 'computed' });
    expect((await it.edge.ask('k', 'four')).body).not.toBe('one');
    expect(await it.edge.ask('other', 'five')).toMatchObject({ body: 'kept', source: 'process' });
  });

  test('an answer that an event overtook while it was made is not kept, nor given to who came after the event', async () => {
    await using it = await setUp();
    const work = held('old');
    const before = it.edge.cache.fetch('k', 'TEST', work.compute);
    await work.begun;
    await it.edge.ask('probe', 'old');
    await it.edge.bus.publish([changed('a')]);
    await until(() => it.edge.cache.peek('probe', 'TEST') === undefined, { what: 'the event' });
    const after = it.edge.ask('k', 'new');
    work.finish();
    expect((await before).entry.body.toString()).toBe('old');
    expect(await after).toMatchObject({ body: 'new', source: 'computed' });
    expect(await it.edge.ask('k', 'newer')).toMatchObject({ body: 'new', source: 'process' });
  });

  // Proves: cache.stale-while-revalidate
  test('stale-while-revalidate is for time alone: what an event made stale is never given out', async () => {
    let nowMs = 1_000;
    await using it = await setUp({ now: () => nowMs });
    await it.edge.ask('k', 'one', { ttlMs: 500, staleMs: 60_000 });
    await it.edge.ask('probe', 'one', { ttlMs: 60_000 });
    nowMs += 700;
    await it.edge.bus.publish([changed('a')]);
    await until(() => it.edge.cache.peek('probe', 'TEST') === undefined, { what: 'the event' });
    expect(await it.edge.ask('k', 'two')).toMatchObject({ body: 'two', source: 'computed' });
  });
});

// Proves: cache.redis-gone
describe('with Redis slow or gone', () => {
  async function throughProxy(options: EdgeOptions = {}) {
    const server = await createTestRedis();
    const proxy = await createTcpProxy({ port: Number(new URL(server.url).port) });
    const edge = openEdge(proxy.through(server.url), { outageMs: 200, settleMs: 100, ...options });
    const direct = openEdge(server.url);
    await Promise.all([live(edge), live(direct)]);
    return {
      ...{ server, proxy, edge, direct },
      async [Symbol.asyncDispose]() {
        await edge[Symbol.asyncDispose]();
        await direct[Symbol.asyncDispose]();
        await proxy[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  }

  test('half-open: answers are computed, health is degraded, and after it nothing stale is given out', async () => {
    await using it = await throughProxy();
    await it.edge.ask('k', 'one');
    expect(it.edge.cache.peek('k', 'TEST')).toBeDefined();
    it.proxy.silence();
    await until(() => it.edge.cache.peek('k', 'TEST') === undefined, { what: 'the end of the lease' });
    // The event reaches Redis, and this process can't know.
    await it.direct.bus.publish([changed('a')]);
    expect(await it.edge.ask('k', 'two')).toMatchObject({ body: 'two', source: 'computed' });
    await until(() => it.edge.cache.health().status === 'degraded', { what: 'health to tell' });
    expect(await it.edge.ask('k', 'three')).toMatchObject({ body: 'three', source: 'computed' });
    it.proxy.speak();
    await live(it.edge);
    expect(await it.edge.ask('k', 'four')).toMatchObject({ body: 'four', source: 'computed' });
    expect(await it.edge.ask('k', 'five')).toMatchObject({ body: 'four', source: 'process' });
  });

  test('a connection that is reset: the same', async () => {
    await using it = await throughProxy();
    await it.edge.ask('k', 'one');
    await it.proxy.refuse();
    await until(() => it.edge.cache.health().status === 'degraded', { what: 'health to tell' });
    expect(await it.edge.ask('k', 'two')).toMatchObject({ body: 'two', source: 'computed' });
    await it.proxy.accept();
    await live(it.edge);
    expect(await it.edge.ask('k', 'three')).toMatchObject({ body: 'three', source: 'computed' });
  });

  test('slower than the lease: answers are computed', async () => {
    await using it = await throughProxy({ outageMs: 60_000 });
    await it.edge.ask('k', 'one');
    it.proxy.delay(200);
    await until(() => it.edge.cache.peek('k', 'TEST') === undefined, { what: 'the end of the lease' });
    expect(await it.edge.ask('k', 'two')).toMatchObject({ body: 'two', source: 'computed' });
  });

  test('the call to Redis hangs though the lease held: it is waited for no longer than its bound', async () => {
    const failures: unknown[] = [];
    await using it = await throughProxy({
      ...{ leaseMs: 60_000, waitMs: 30 },
      onFailure: (error) => failures.push(error),
    });
    it.proxy.silence();
    expect(await it.edge.ask('k', 'one')).toMatchObject({ body: 'one', source: 'computed' });
    expect(String(failures[0])).toContain('no answer within 30 ms');
    it.proxy.speak();
  });

  test('equal questions at once still share one computation', async () => {
    await using it = await throughProxy();
    await it.proxy.refuse();
    await until(() => it.edge.cache.health().status === 'degraded', { what: 'health to tell' });
    const work = held('one');
    const asked = Array.from({ length: 10 }, () => it.edge.cache.fetch('k', 'TEST', work.compute));
    await work.begun;
    work.finish();
    await Promise.all(asked);
    expect(work.runs).toBe(1);
  });

  test('but who comes later than with it has a computation of its own', async () => {
    let monotonicMs = 0;
    await using it = await throughProxy({ monotonic: () => monotonicMs + performance.now() });
    await it.proxy.refuse();
    await until(() => it.edge.cache.health().status === 'degraded', { what: 'health to tell' });
    const work = held('old');
    const first = it.edge.cache.fetch('k', 'TEST', work.compute);
    await work.begun;
    monotonicMs += 51;
    expect(await it.edge.ask('k', 'new')).toMatchObject({ body: 'new', source: 'computed' });
    work.finish();
    expect((await first).entry.body.toString()).toBe('old');
  });

  test('a process that begins without Redis answers nevertheless', async () => {
    const server = await createTestRedis();
    await server.stop();
    const edge = openEdge(server.url);
    expect(await edge.ask('k', 'one')).toMatchObject({ body: 'one', source: 'computed' });
    await server.start();
    await live(edge);
    await edge.ask('k', 'two');
    expect(await edge.ask('k', 'three')).toMatchObject({ body: 'two', source: 'process' });
    await edge[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
});

// Proves: cache.metrics
test('counts answers by category and origin, the hit ratio, and what it holds', async () => {
  await using it = await setUp();
  await it.edge.ask('k', 'one');
  await it.edge.ask('k', 'one');
  it.edge.cache.peek('k', 'TEST');
  it.edge.cache.peek('unknown', 'TEST');
  const { text } = await it.edge.metrics.exposition();
  expect(text).toContain('eaio_cache_answers_total{category="TEST",result="computed"} 1');
  expect(text).toContain('eaio_cache_answers_total{category="TEST",result="process"} 2');
  expect(text).toMatch(/eaio_cache_hit_ratio\{category="TEST"\} 0\.66/);
  expect(text).toContain('eaio_cache_process_entries 1');
  expect(text).toMatch(/eaio_cache_process_bytes [1-9]/);
});
