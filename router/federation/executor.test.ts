import type { SubgraphExecutor, SubgraphResult } from '../../platform/subgraph/types.ts';
import { createTestIdentity, principalFor, type TestIdentity } from '../../test/kit/token.ts';
import { take } from '../../test/kit/wait.ts';
import { createExecutor } from './executor.ts';
import { loadSupergraph } from './supergraph.ts';
import { createLibrary } from './test/library.ts';
import { modes, reach } from './test/modes.ts';
import { planText } from './test/plan.ts';

const viewer = principalFor('viewer');
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
let identity: TestIdentity;
beforeAll(async () => {
  identity = await createTestIdentity();
});

// Proves: router.same-remote
describe.each(modes)('executor over subgraphs %s', (mode) => {
  async function setUp() {
    const library = createLibrary();
    const reached = await reach([library.books, library.loans], mode, identity);
    const supergraph = loadSupergraph(library.sdl);
    const failures: string[] = [];
    const executor = createExecutor({
      subgraph: reached.subgraph,
      onSubgraphError: (name) => failures.push(name),
    });
    return {
      library,
      executor,
      failures,
      plan: (text: string) => planText(supergraph, text),
      ask: async (text: string, variables = {}, principal = viewer) =>
        plain(await executor.execute(planText(supergraph, text), variables, { principal })),
      [Symbol.asyncDispose]: () => reached[Symbol.asyncDispose](),
    };
  }

  test('joins what two subgraphs know of an entity, and gathers the tags of both', async () => {
    await using all = await setUp();
    const { ask } = all;
    expect(
      await ask(
        'query ($id: ID!) { book(id: $id) { __typename title onLoan label loans(first: 1) { id days } } }',
        { id: '2' },
      ),
    ).toEqual({
      data: {
        book: {
          __typename: 'Book',
          title: 'Title 2',
          onLoan: true,
          label: '2: Title 2',
          loans: [{ id: '2-1', days: 1 }],
        },
      },
      extensions: { tags: ['book:2', 'loan:2'] },
    });
  });

  test('follows references to and fro, with aliases, fragments and conditions', async () => {
    await using all = await setUp();
    const { ask } = all;
    const text = `query ($with: Boolean!) { all: books(first: 2) { ...B onLoan @include(if: $with) } loanCount }
      fragment B on Book { id loans(first: 1) { lent: book { title } } }`;
    expect(await ask(text, { with: false })).toMatchObject({
      data: {
        all: [
          { id: '1', loans: [{ lent: { title: 'Title 1' } }] },
          { id: '2', loans: [{ lent: { title: 'Title 2' } }] },
        ],
        loanCount: 42,
      },
    });
    expect(await ask(text, { with: true })).toMatchObject({
      data: { all: [{ onLoan: false }, { onLoan: true }] },
    });
  });

  test('resolves interfaces by their types, and introspection by itself', async () => {
    await using all = await setUp();
    const { ask } = all;
    expect(
      await ask(
        '{ things(first: 2) { __typename id ... on Book { onLoan } ... on Map { scale } } __schema { queryType { name } } }',
      ),
    ).toMatchObject({
      data: {
        things: [
          { __typename: 'Book', id: '1', onLoan: false },
          { __typename: 'Map', id: 'm2', scale: 2 },
        ],
        __schema: { queryType: { name: 'Query' } },
      },
    });
  });

  test('runs a mutation at its owner once, and what follows from it elsewhere', async () => {
    await using all = await setUp();
    const { ask, library } = all;
    expect(
      await ask('mutation { addBook(title: "New") { title onLoan } }', {}, principalFor('energy_engineer')),
    ).toMatchObject({
      data: { addBook: { title: 'New', onLoan: false } },
    });
    expect(library.calls.get('Mutation.addBook')).toBe(1);
  });

  test("passes a subgraph's own errors on, with code and path, beside the data that is there", async () => {
    await using all = await setUp();
    const { ask } = all;
    expect(await ask('{ secret fails books(first: 101) { id } loanCount }')).toMatchObject({ data: null });
    expect(await ask('{ secret fails loanCount }')).toMatchObject({
      data: { secret: null, fails: null, loanCount: 42 },
      errors: expect.arrayContaining([
        expect.objectContaining({
          path: ['secret'],
          extensions: expect.objectContaining({ code: 'FORBIDDEN' }),
        }),
        expect.objectContaining({
          path: ['fails'],
          extensions: expect.objectContaining({ code: 'INTERNAL_SERVER_ERROR' }),
        }),
      ]),
    });
  });

  test('calls a null that the schema forbids an error', async () => {
    await using all = await setUp();
    const { ask } = all;
    expect(await ask('{ broken }')).toMatchObject({ data: null, errors: [{ path: ['broken'] }] });
  });

  test('runs the rest of a subscription on each event, keeping cursor and key', async () => {
    await using all = await setUp();
    const { executor, plan } = all;
    const planned = plan('subscription ($upTo: Int) { added: bookAdded(upTo: $upTo) { id title onLoan } }');
    const primary = await executor.subscribePrimary(planned, { upTo: 2 }, { principal: viewer });
    if (!(Symbol.asyncIterator in primary)) throw new Error('no stream');
    const events = await take(primary, 3, { what: 'books' });
    const whole = await Promise.all(
      events.map((event) => executor.executeRest(planned, event, { upTo: 2 }, { principal: viewer })),
    );
    expect(plain(whole)).toEqual([
      {
        data: { added: { id: '1', title: 'Title 1', onLoan: false } },
        extensions: { cursor: '1', key: 'added', tags: ['loan:1'] },
      },
      {
        data: { added: { id: '2', title: 'Title 2', onLoan: true } },
        extensions: { cursor: '2', key: 'added', tags: ['loan:2'] },
      },
    ]);
    // The event itself is left as it was: it may be kept, and run again.
    expect(plain(events[0]?.data)).toEqual({ added: { __typename: 'Book', id: '1', title: 'Title 1' } });
  });

  test('goes on behind a cursor, and passes notices of gaps as they are', async () => {
    await using all = await setUp();
    const { executor, plan } = all;
    const planned = plan('subscription { bookAdded(upTo: 2) { id } }');
    const follow = async (after: string) => {
      const primary = await executor.subscribePrimary(planned, {}, { principal: viewer, after });
      if (!(Symbol.asyncIterator in primary)) throw new Error('no stream');
      const whole = [];
      for await (const event of primary)
        whole.push(plain(await executor.executeRest(planned, event, {}, { principal: viewer })));
      return whole;
    };
    expect(await follow('1')).toEqual([
      { data: { bookAdded: { id: '2' } }, extensions: { cursor: '2', key: 'added' } },
    ]);
    expect(await follow('trimmed')).toMatchObject([
      { data: null, extensions: { cursor: '0', gap: { reason: 'Trimmed.' } } },
      {},
      {},
    ]);
  });

  test('says why a subscription can not begin', async () => {
    await using all = await setUp();
    const { executor, plan } = all;
    const planned = plan('subscription { secrets }');
    const primary = await executor.subscribePrimary(planned, {}, { principal: viewer });
    // Over the wire only the first event can tell.
    const first: SubgraphResult = Symbol.asyncIterator in primary ? (await primary.next()).value : primary;
    expect(await executor.executeRest(planned, first, {}, { principal: viewer })).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });
});

describe('executor over a subgraph that is not there', () => {
  // Proves: router.partial-data
  test('gives the data of the others, and an error at each place that lacks something', async () => {
    const library = createLibrary();
    const supergraph = loadSupergraph(library.sdl);
    const executor = createExecutor({ subgraph: (name) => (name === 'books' ? library.books : undefined) });
    const planned = planText(supergraph, '{ books(first: 2) { title onLoan label } count: loanCount }');
    const result = await executor.execute(planned, {}, { principal: viewer });
    expect(plain(result)).toMatchObject({
      data: null,
      errors: expect.arrayContaining([
        expect.objectContaining({
          path: ['count'],
          message: 'The subgraph "loans" does not answer now, so that `count` is missing. Try again later.',
          extensions: expect.objectContaining({
            code: 'SUBGRAPH_UNAVAILABLE',
            subgraph: 'loans',
            retryable: true,
          }),
        }),
        expect.objectContaining({
          path: ['books', 0, 'onLoan'],
          extensions: expect.objectContaining({ places: 2 }),
        }),
        expect.objectContaining({ path: ['books', 0, 'label'] }),
      ]),
    });
  });

  // Proves: router.time-limit
  test('does not wait longer than the signal allows for a subgraph that hangs', async () => {
    const library = createLibrary();
    const supergraph = loadSupergraph(library.sdl);
    const hanging = { ...library.loans, execute: () => new Promise<never>(() => undefined) };
    const executor = createExecutor({ subgraph: (name) => (name === 'books' ? library.books : hanging) });
    const planned = planText(supergraph, '{ book(id: "1") { title loans { id } } }');
    const result = await executor.execute(
      planned,
      {},
      { principal: viewer, signal: AbortSignal.timeout(20) },
    );
    expect(result.errors).toMatchObject([{ extensions: { code: 'TIMEOUT', subgraph: 'loans' } }]);
  });

  test('asks no further subgraph once nobody waits', async () => {
    const library = createLibrary();
    const supergraph = loadSupergraph(library.sdl);
    const gone = new AbortController();
    const books: SubgraphExecutor = {
      subscribe: library.books.subscribe,
      async execute(request) {
        const result = await library.books.execute(request);
        gone.abort(new Error('The client went away.'));
        return result;
      },
    };
    let asked = 0;
    const loans: SubgraphExecutor = {
      subscribe: library.loans.subscribe,
      execute(request) {
        asked += 1;
        return Promise.reject(request.signal?.reason);
      },
    };
    const executor = createExecutor({ subgraph: (name) => (name === 'books' ? books : loans) });
    const planned = planText(supergraph, '{ book(id: "1") { title loans { id } } }');
    await executor.execute(planned, {}, { principal: viewer, signal: gone.signal });
    expect(asked).toBe(0);
  });
});
