import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modes } from '../../router/federation/test/modes.ts';
import { fileText, type TextSource } from '../../router/federation/text-source.ts';
import { defaultLimits } from '../../router/operations/limits.ts';
import { principalFor } from '../kit/token.ts';
import { take, until } from '../kit/wait.ts';
import { idOf, manifestOf, openLibraryEdge, texts } from './ground.ts';

const viewer = principalFor('viewer');
const engineer = principalFor('energy_engineer');
const read = (answer: { readonly body: Buffer }) => JSON.parse(answer.body.toString());
const codeOf = (answer: { readonly body: Buffer }) => read(answer).errors[0].extensions.code;

// Proves: router.same-remote
describe.each(modes)('a router over subgraphs %s', (mode) => {
  test('answers persisted operations, from the cache when they are asked again', async () => {
    await using edge = await openLibraryEdge({ mode });
    const { router, library } = edge;
    const ask = (variables: Record<string, unknown>) =>
      router.execute({ operation: { id: idOf('BookDetails') }, variables, principal: viewer });
    const first = await ask({ id: '2' });
    expect([first.status, read(first), first.cache.kind]).toEqual([
      200,
      { data: { book: { id: '2', title: 'Title 2', genre: 'POETRY' } } },
      'miss',
    ]);
    // The cache keeps nothing before it surely hears of every invalidation.
    await until(async () => (await ask({ id: '2' })).cache.kind === 'hit', { what: 'the cache' });
    const asked = library.calls.get('Query.book');
    const again = await ask({ id: 2 });
    expect([again.cache.kind, again.body.equals(first.body), again.etag]).toEqual(['hit', true, first.etag]);
    expect(library.calls.get('Query.book')).toBe(asked);
    expect((await ask({ id: '3' })).cache.kind).toBe('miss');
  });

  test('streams a subscription to its end', async () => {
    await using edge = await openLibraryEdge({ mode });
    const opened = await edge.router.subscribe({
      operation: { id: idOf('BookAdded') },
      variables: { upTo: 2 },
      principal: viewer,
    });
    if (!opened.ok) throw new Error(opened.answer.body.toString());
    expect(await take(opened.events, 3, { what: 'books' })).toMatchObject([
      { data: { bookAdded: { id: '1' } } },
      { data: { bookAdded: { id: '2' } } },
    ]);
  });
});

describe('a router refuses, before anything is asked of a subgraph,', () => {
  // Proves: identity.scopes-hold
  test('who lacks a scope, saying which', async () => {
    await using edge = await openLibraryEdge();
    const answer = await edge.router.execute({ operation: { id: idOf('Secret') }, principal: viewer });
    expect([answer.status, answer.error]).toEqual([403, 'FORBIDDEN']);
    expect(read(answer).errors).toEqual([
      {
        message: '"Secret" needs admin:all; the token lacks admin:all.',
        extensions: { code: 'FORBIDDEN', retryable: false, missingScopes: [['admin:all']] },
      },
    ]);
  });

  test('who is not allowed first, whatever else is wrong', async () => {
    await using edge = await openLibraryEdge();
    const { router } = edge;
    expect(
      codeOf(
        await router.execute({
          operation: { id: idOf('AddBook') },
          variables: { title: 3 },
          principal: viewer,
        }),
      ),
    ).toBe('FORBIDDEN');
    expect(
      codeOf(
        await router.execute({
          operation: { id: idOf('AddBook') },
          variables: { title: 3 },
          principal: engineer,
        }),
      ),
    ).toBe('BAD_USER_INPUT');
  });

  test('bad variables, with every fault', async () => {
    await using edge = await openLibraryEdge();
    const answer = await edge.router.execute({
      operation: { id: idOf('Shelf') },
      variables: { first: 'x', filter: { genres: ['PROSE'] } },
      principal: viewer,
    });
    expect(answer.status).toBe(400);
    expect(read(answer).errors).toMatchObject([
      {
        extensions: {
          code: 'BAD_USER_INPUT',
          faults: [{ path: 'first' }, { path: 'filter.genres[0]', allowed: ['NOVEL', 'POETRY'] }],
        },
      },
    ]);
    expect(edge.library.calls.size).toBe(0);
  });

  // Proves: router.safelist
  test('texts of those who may not explore, but not the text of a persisted operation', async () => {
    await using edge = await openLibraryEdge();
    const { router } = edge;
    const ask = (query: string, principal = viewer) => router.execute({ operation: { query }, principal });
    expect(codeOf(await ask('{ loanCount }'))).toBe('PERSISTED_QUERY_ONLY');
    expect(read(await ask(texts.Loans))).toEqual({ data: { loanCount: 42 } });
    expect(read(await ask('{ loanCount }', engineer))).toMatchObject({ data: { loanCount: 42 } });
  });

  // Proves: router.safelist
  test('every text where only persisted operations are run', async () => {
    await using edge = await openLibraryEdge({ router: { adHoc: 'nobody' } });
    expect(
      codeOf(await edge.router.execute({ operation: { query: '{ loanCount }' }, principal: engineer })),
    ).toBe('PERSISTED_QUERY_ONLY');
  });

  // Proves: router.limits
  test('texts that cost too much with their variables', async () => {
    await using edge = await openLibraryEdge({
      router: { adHoc: 'everybody', limits: { ...defaultLimits, maxCost: 20 } },
    });
    const ask = (first: number) =>
      edge.router.execute({
        operation: { query: 'query ($first: Int) { books(first: $first) { id } }' },
        variables: { first },
        principal: viewer,
      });
    expect((await ask(20)).status).toBe(200);
    const refused = await ask(21);
    expect(read(refused).errors[0]).toMatchObject({
      message: expect.stringContaining('costs 21, 20 is allowed'),
      extensions: { code: 'OPERATION_TOO_COMPLEX', cost: 21, maxCost: 20 },
    });
  });

  test('queries as streams, and subscriptions as requests', async () => {
    await using edge = await openLibraryEdge();
    const { router } = edge;
    const subscribed = await router.subscribe({ operation: { id: idOf('Loans') }, principal: viewer });
    expect(!subscribed.ok && codeOf(subscribed.answer)).toBe('BAD_REQUEST');
    expect(codeOf(await router.execute({ operation: { id: idOf('BookAdded') }, principal: viewer }))).toBe(
      'BAD_REQUEST',
    );
  });
});

describe('a router', () => {
  // Proves: operations.hidden-variables
  test('fills hidden variables from claims, and keeps the answers of different claims apart', async () => {
    await using edge = await openLibraryEdge();
    const mine = async (shelf: string) =>
      read(
        await edge.router.execute({
          operation: { id: idOf('Mine') },
          principal: principalFor('viewer', { claims: { shelf } }),
        }),
      );
    expect(await mine('1')).toEqual({ data: { book: { title: 'Title 1' } } });
    expect(await mine('2')).toEqual({ data: { book: { title: 'Title 2' } } });
  });

  // Proves: router.partial-data
  test('gives what there is when a subgraph is not there, keeps none of it, and says so in metrics', async () => {
    await using edge = await openLibraryEdge({ router: { subgraph: () => undefined } });
    const ask = () =>
      edge.router.execute({
        operation: { id: idOf('BookDetails') },
        variables: { id: '2' },
        principal: viewer,
      });
    const answer = await ask();
    expect([answer.status, read(answer)]).toEqual([
      200,
      {
        data: { book: null },
        errors: [
          {
            message: expect.stringContaining('"books"'),
            path: ['book'],
            extensions: { code: 'SUBGRAPH_UNAVAILABLE', retryable: true, subgraph: 'books' },
          },
        ],
      },
    ]);
    expect((await ask()).cache.kind).toBe('miss');
    expect((await edge.metrics.exposition()).text).toContain(
      'eaio_router_subgraph_errors_total{subgraph="books"} 2',
    );
  });

  // Proves: router.time-limit
  test('ends an execution that takes too long, with what is there', async () => {
    const never = {
      execute: () => new Promise<never>(() => undefined),
      subscribe: () => new Promise<never>(() => undefined),
    };
    await using edge = await openLibraryEdge({ router: { timeoutMs: 30, subgraph: () => never } });
    const answer = await edge.router.execute({
      operation: { id: idOf('BookDetails') },
      variables: { id: '2' },
      principal: viewer,
    });
    expect(read(answer)).toMatchObject({
      data: { book: null },
      errors: [{ extensions: { code: 'TIMEOUT', subgraph: 'books' } }],
    });
  });

  // Proves: errors.faults-hidden
  test('shows an id of a fault of ours, and logs the fault under it', async () => {
    await using edge = await openLibraryEdge({ router: { adHoc: 'everybody' } });
    const answer = await edge.router.execute({ operation: { query: '{ broken }' }, principal: viewer });
    const { id, code } = read(answer).errors[0].extensions;
    expect([answer.status, code, read(answer).data]).toEqual([200, 'INTERNAL_SERVER_ERROR', null]);
    expect(edge.lines.some((line) => line['id'] === id)).toBe(true);
  });

  // Proves: router.trace
  test('passes the trace on to its subgraphs as a child of the caller', async () => {
    const seen: (string | undefined)[] = [];
    const spy = {
      execute: async ({ traceparent }: { readonly traceparent?: string | undefined }) => ({
        data: { book: null },
        trace: seen.push(traceparent),
      }),
      subscribe: () => new Promise<never>(() => undefined),
    };
    await using edge = await openLibraryEdge({ router: { subgraph: () => spy } });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await edge.router.execute({
      operation: { id: idOf('BookDetails') },
      variables: { id: '2' },
      principal: viewer,
      traceparent,
    });
    expect(seen[0]).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
  });
});

describe('a running router', () => {
  /** A text that the test replaces. */
  function changeable(first: string): TextSource & { set(text: string): void } {
    let [text, tell] = [first, () => {}];
    return {
      read: async () => text,
      watch(onChange) {
        tell = onChange;
        return { [Symbol.dispose]: () => {} };
      },
      set(next) {
        text = next;
        tell();
      },
    };
  }

  // Proves: router.reload
  test('takes over a new manifest as a whole, and tells its listeners', async () => {
    const manifest = changeable(manifestOf({ Loans: texts.Loans }));
    await using edge = await openLibraryEdge({ manifest });
    const { router } = edge;
    const reloads: string[][] = [];
    const forget = router.onReload(() => reloads.push([...router.operations().byName.keys()]));
    manifest.set(manifestOf({ Secret: texts.Secret }));
    await until(() => reloads.length > 0, { what: 'the reload' });
    expect(reloads).toEqual([['Secret']]);
    expect(codeOf(await router.execute({ operation: { id: idOf('Loans') }, principal: viewer }))).toBe(
      'PERSISTED_QUERY_NOT_FOUND',
    );
    forget();
    manifest.set(manifestOf({ Loans: texts.Loans }));
    await until(() => router.operations().byName.has('Loans'), { what: 'the second reload' });
    expect(reloads).toHaveLength(1);
  });

  // Proves: router.reload
  test('keeps the last good graph when the new one is none, and takes over the next', async () => {
    const { createLibrary } = await import('../../router/federation/test/library.ts');
    const { sdl } = createLibrary();
    const supergraph = changeable(sdl);
    await using edge = await openLibraryEdge({ supergraph });
    const { router, lines } = edge;
    supergraph.set('type Query { nothing: Int }');
    await until(() => lines.some(({ msg }) => String(msg).includes('the last good one stays in service')), {
      what: 'the refusal in the log',
    });
    expect(read(await router.execute({ operation: { id: idOf('Loans') }, principal: viewer }))).toEqual({
      data: { loanCount: 42 },
    });
    supergraph.set(sdl.replace('loanCount: Int!', 'loanNumber: Int!'));
    await until(() => router.operations().faults.length === 1, { what: 'the new graph' });
    expect(router.operations().faults).toMatchObject([
      { name: 'Loans', message: expect.stringContaining('Cannot query field "loanCount"') },
    ]);
    expect(router.schema().getQueryType()?.getFields()['loanNumber']).toBeDefined();
    expect((await edge.metrics.exposition()).text).toContain('eaio_router_reloads_total{outcome="failed"} 1');
  });

  test('does not start from a graph that is none', async () => {
    await expect(openLibraryEdge({ manifest: changeable('{}') })).rejects.toThrow(
      'Not a persisted-query manifest',
    );
  });
});

test('a file is seen when it is written over or renamed onto, and its absence is waited out', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eaio-text-'));
  try {
    const path = join(folder, 'text');
    await writeFile(path, 'one');
    const source = fileText(path, { intervalMs: 5 });
    const seen: string[] = [];
    using _watch = source.watch?.(async () => seen.push(await source.read()));
    await writeFile(join(folder, 'next'), 'two, renamed');
    await rename(join(folder, 'next'), path);
    await until(() => seen.includes('two, renamed'), { what: 'the renamed file' });
    await rm(path);
    await writeFile(path, 'three');
    await until(() => seen.includes('three'), { what: 'the file that came back' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
