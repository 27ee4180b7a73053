import { changed } from '../cache/ground.ts';
import { until } from '../kit/wait.ts';
import { openLibraryEdge } from './ground.ts';

/** The library's edge, once its cache follows the bus. */
async function setUp() {
  const it = await openLibraryEdge();
  await until(() => it.cache.health().status === 'ok', { what: 'the cache to be live' });
  const explorer = await it.identity.tokenFor('energy_engineer');
  return {
    ...it,
    calls: (name: string) => it.library.calls.get(name) ?? 0,
    /** As one who may see what the cache did. */
    inspect: (name: Parameters<typeof it.persisted>[0], variables?: object) =>
      it.post(it.persisted(name, variables), { token: explorer }),
  };
}

// Proves: cache.seen
test('an answer is made once, and says so to those who may see it', async () => {
  await using it = await setUp();
  const made = await it.inspect('BookDetails', { id: '1' });
  expect(made.json.extensions).toEqual({ cache: { hit: false } });
  const held = await it.inspect('BookDetails', { id: '1' });
  expect(held.json.extensions.cache).toEqual({
    ...{ hit: true, level: 'process', stale: false },
    ageMs: expect.any(Number),
  });
  expect(held.json.data).toEqual(made.json.data);
  expect(it.calls('Query.book')).toBe(1);
});

// Proves: cache.seen
test('others see the bytes alone', async () => {
  await using it = await setUp();
  const body = it.persisted('BookDetails', { id: '1' });
  const [made, held] = [await it.post(body), await it.post(body)];
  expect(held.text).toBe(made.text);
  expect(made.json).not.toHaveProperty('extensions');
  expect(it.calls('Query.book')).toBe(1);
});

// Proves: cache.question
test('variables in another order and defaults written out are the same question; others are another', async () => {
  await using it = await setUp();
  await it.post(it.persisted('Shelf', { first: 2, filter: { genres: ['NOVEL'], title: { contains: 'T' } } }));
  await it.post(it.persisted('Shelf', { filter: { title: { contains: 'T' }, genres: ['NOVEL'] } }));
  expect(it.calls('Query.books')).toBe(1);
  await it.post(it.persisted('Shelf', { first: 3, filter: { genres: ['NOVEL'], title: { contains: 'T' } } }));
  expect(it.calls('Query.books')).toBe(2);
});

// Proves: cache.question
test('callers who may see different things share no answer; those who may see the same do', async () => {
  await using it = await setUp();
  const body = it.persisted('BookDetails', { id: '1' });
  const token = (role: 'viewer' | 'admin', buildings?: readonly string[]) =>
    it.identity.tokenFor(role, buildings ? { buildings } : {});
  await it.post(body, { token: await token('viewer') });
  await it.post(body, { token: await token('viewer', ['a']) });
  await it.post(body, { token: await token('admin') });
  expect(it.calls('Query.book')).toBe(3);
  await it.post(body, { token: await it.identity.tokenFor('viewer', { subject: 'someone else' }) });
  expect(it.calls('Query.book')).toBe(3);
});

test('an event makes the answers with its tag anew', async () => {
  await using it = await setUp();
  await it.inspect('BookDetails', { id: '1' });
  await it.inspect('BookDetails', { id: '2' });
  await it.bus.publish([changed('book:1')]);
  await until(async () => !(await it.inspect('BookDetails', { id: '1' })).json.extensions.cache.hit, {
    what: 'a new answer',
  });
  expect((await it.inspect('BookDetails', { id: '2' })).json.extensions.cache.hit).toBe(true);
});

test('mutations are not kept', async () => {
  await using it = await setUp();
  const first = await it.inspect('AddBook', { title: 'x' });
  expect(first.json.extensions).toEqual({ cache: { hit: false, cacheable: false } });
  await it.inspect('AddBook', { title: 'x' });
  expect(it.calls('Mutation.addBook')).toBe(2);
});

// Proves: cache.negative
test('an answer with an error that may pass is not kept', async () => {
  await using it = await setUp();
  const ask = (query: string) => it.identity.tokenFor('admin').then((token) => it.post({ query }, { token }));
  expect((await ask('{ fails book(id: "1") { id } }')).json.errors).toHaveLength(1);
  await ask('{ fails book(id: "1") { id } }');
  expect(it.calls('Query.book')).toBe(2);
});

// Proves: cache.negative
test('that there is no such thing is kept', async () => {
  await using it = await setUp();
  await it.inspect('BookDetails', { id: 'none' });
  expect((await it.inspect('BookDetails', { id: 'none' })).json.extensions.cache.hit).toBe(true);
});

// Proves: cache.validators
test('the validator of an inspected answer differs from that of the plain one', async () => {
  await using it = await setUp();
  const get = async (role: 'viewer' | 'energy_engineer') => {
    const { extensions, variables } = it.persisted('BookDetails', { id: '1' });
    const query = new URLSearchParams({
      extensions: JSON.stringify(extensions),
      variables: JSON.stringify(variables),
    });
    return await fetch(`${it.url}/graphql?${query}`, {
      headers: { authorization: await it.identity.bearerFor(role) },
    });
  };
  const [plain, inspected] = [await get('viewer'), await get('energy_engineer')];
  expect(plain.headers.get('etag')).toMatch(/^"[\w-]{27}"$/);
  expect(inspected.headers.get('etag')).not.toBe(plain.headers.get('etag'));
  // An event may make it stale, and no one could tell the client.
  expect(plain.headers.get('cache-control')).toBe('private, no-cache');
});
