import { pino } from 'pino';
import { EaioError } from '../../../platform/errors/eaio-error.ts';
import { createSubgraph } from '../../../platform/subgraph/create-subgraph.ts';
import type { BaseContext, SourceEvent, Subgraph } from '../../../platform/subgraph/types.ts';
import { composeSupergraph } from '../compose.ts';

const head = (...imports: readonly string[]) => `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${['@requiresScopes', '@composeDirective', '@cost', '@listSize', ...imports].map((name) => `"${name}"`).join(', ')}])
  @link(url: "https://eaio.dev/graph/v1.0", import: ["@cacheControl", "@public"])
  @composeDirective(name: "@cacheControl")
`;

const booksSdl = `${head('@key', '@shareable')}
scalar LocalDate
type Query {
  book(id: ID!): Book @requiresScopes(scopes: [["portfolio:read"]]) @cacheControl(category: METADATA)
  books(filter: BookFilter, "1 to 100." first: Int = 3): [Book!]! @requiresScopes(scopes: [["portfolio:read"]]) @cacheControl(category: METADATA)
    @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
  things(first: Int = 3): [Thing!]! @requiresScopes(scopes: [["portfolio:read"]])
  secret: String @requiresScopes(scopes: [["admin:all"]])
  fails: String @public(reason: "A test.")
  broken: Int! @public(reason: "A test.")
}
type Mutation { addBook(title: String!): Book! @requiresScopes(scopes: [["energy:ingest"]]) }
type Subscription {
  bookAdded(upTo: Int! = 3): Book! @requiresScopes(scopes: [["portfolio:read"]])
  ticks: Int! @requiresScopes(scopes: [["portfolio:read"]])
  silent: Int! @requiresScopes(scopes: [["portfolio:read"]])
  secrets: Int! @requiresScopes(scopes: [["admin:all"]])
}
"A book; the library's own."
type Book implements Thing @key(fields: "id") @requiresScopes(scopes: [["portfolio:read"]]) {
  id: ID!
  title: String!
  genre: Genre!
  published: LocalDate
}
type Map implements Thing @requiresScopes(scopes: [["portfolio:read"]]) { id: ID! scale: Int! }
interface Thing { id: ID! }
enum Genre { NOVEL POETRY }
input BookFilter { genres: [Genre!] title: TextFilter publishedAfter: LocalDate }
input TextFilter { contains: String! }
`;

const loansSdl = `${head('@key', '@external', '@requires')}
type Query { loanCount: Int! @requiresScopes(scopes: [["energy:read"]]) @cacheControl(category: LIVE) }
type Subscription { lent(ids: [ID!]): Loan! @requiresScopes(scopes: [["energy:read"]]) }
extend type Book @key(fields: "id") {
  id: ID! @external
  title: String! @external
  onLoan: Boolean! @requiresScopes(scopes: [["energy:read"]]) @cacheControl(category: LIVE)
  label: String! @requires(fields: "title") @requiresScopes(scopes: [["energy:read", "portfolio:read"]]) @cost(weight: 5)
  loans(first: Int = 2): [Loan!]! @requiresScopes(scopes: [["energy:read"]]) @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
}
type Loan @requiresScopes(scopes: [["energy:read"]]) { id: ID! book: Book! days: Int! }
`;

const log = pino({ level: 'silent' });
const bookOf = (id: string) =>
  /^\d+$/.test(id)
    ? { id, title: `Title ${id}`, genre: Number(id) % 2 ? 'NOVEL' : 'POETRY', published: '1999-01-01' }
    : null;
const some = <T>(first: number, make: (n: number) => T) =>
  Array.from({ length: first }, (_, n) => make(n + 1));

export interface Library {
  readonly books: Subgraph;
  readonly loans: Subgraph;
  readonly sdl: string;
  /** How often each resolver was called, by `Type.field`. */
  readonly calls: Map<string, number>;
}

export interface LibraryOptions {
  /** Awaited by resolvers that count themselves, once they have: tests hold them up here. */
  readonly before?: (name: string) => Promise<void> | undefined;
}

/** Two small subgraphs that refer to each other: the router's own tests need a graph, and the router knows no domain. */
export function createLibrary({ before = () => undefined }: LibraryOptions = {}): Library {
  const calls = new Map<string, number>();
  const count = (name: string) => calls.set(name, (calls.get(name) ?? 0) + 1);
  const books = createSubgraph<BaseContext>({
    name: 'books',
    sdl: booksSdl,
    log,
    context: (base) => base,
    resolvers: {
      Query: {
        book: async (_: unknown, { id }: { id: string }, context: BaseContext) => {
          count('Query.book');
          await before('Query.book');
          context.tag(`book:${id}`);
          return bookOf(id);
        },
        books: (_: unknown, { first }: { first: number }, context: BaseContext) => {
          count('Query.books');
          context.tag('books');
          if (first > 100) throw new EaioError('BAD_USER_INPUT', '`first` must be 1 to 100.');
          return some(first, (n) => bookOf(`${n}`));
        },
        things: (_: unknown, { first }: { first: number }) =>
          some(first, (n) =>
            n % 2 ? { __typename: 'Book', ...bookOf(`${n}`) } : { __typename: 'Map', id: `m${n}`, scale: n },
          ),
        secret: () => 'hidden',
        fails: () => {
          throw new Error('password=hunter2');
        },
        broken: () => null,
      },
      Thing: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Mutation: {
        addBook: async (_: unknown, { title }: { title: string }) => {
          count('Mutation.addBook');
          await before('Mutation.addBook');
          return { id: '9', title, genre: 'NOVEL' };
        },
      },
      Subscription: {
        bookAdded: {
          async *subscribe(
            _: unknown,
            { upTo }: { upTo: number },
            { after }: BaseContext,
          ): AsyncIterable<SourceEvent<unknown>> {
            const gap = { from: '2017-01-01T00:00:00Z', to: '2017-01-01T01:00:00Z', reason: 'Trimmed.' };
            if (after === 'trimmed') yield { gap, cursor: '0' };
            for (let n = (Number(after ?? 0) || 0) + 1; n <= upTo; n++)
              yield { payload: bookOf(`${n}`), cursor: `${n}`, key: 'added' };
          },
        },
        silent: {
          async *subscribe(
            _: unknown,
            _args: unknown,
            { signal }: BaseContext,
          ): AsyncIterable<SourceEvent<number>> {
            yield { payload: 1 };
            await new Promise((resolve) => signal?.addEventListener('abort', resolve));
          },
        },
        secrets: {
          async *subscribe(): AsyncIterable<SourceEvent<number>> {
            yield { payload: 1 };
          },
        },
        ticks: {
          async *subscribe(
            _: unknown,
            _args: unknown,
            { after, signal }: BaseContext,
          ): AsyncIterable<SourceEvent<number>> {
            for (let n = (Number(after ?? 0) || 0) + 1; ; n++) {
              yield { payload: n, cursor: `${n}` };
              if (n % 2 === 0) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
            }
          },
        },
      },
      Book: { __resolveReference: ({ id }: { id: string }) => bookOf(id) },
    },
  });
  const loans = createSubgraph<BaseContext>({
    name: 'loans',
    sdl: loansSdl,
    log,
    context: (base) => base,
    resolvers: {
      Query: {
        loanCount: (_: unknown, _args: unknown, context: BaseContext) => {
          count('Query.loanCount');
          context.tag('loans');
          return 42;
        },
      },
      Subscription: {
        lent: {
          async *subscribe(
            _: unknown,
            { ids }: { ids: readonly string[] | null },
          ): AsyncIterable<SourceEvent<unknown>> {
            for (const id of ids ?? ['1'])
              yield { payload: { id: `loan-${id}`, book: { __typename: 'Book', id }, days: 14 } };
          },
        },
      },
      Book: {
        __resolveReference: (reference: object) => reference,
        onLoan: ({ id }: { id: string }, _args: unknown, context: BaseContext) => {
          context.tag(`loan:${id}`);
          return Number(id) % 2 === 0;
        },
        label: ({ id, title }: { id: string; title: string }) => `${id}: ${title}`,
        loans: (book: { id: string }, { first }: { first: number }) =>
          some(first, (n) => ({ id: `${book.id}-${n}`, book, days: n })),
      },
    },
  });
  return { books, loans, sdl: composed(books, loans), calls };
}

function composed(...subgraphs: readonly Subgraph[]): string {
  const composition = composeSupergraph(subgraphs);
  if (!composition.ok) throw new Error(JSON.stringify(composition.faults, null, 2));
  return composition.sdl;
}
