import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { createResponseCache } from '../../router/cache/response-cache.ts';
import { createLibrary } from '../../router/federation/test/library.ts';
import { type Mode, reach } from '../../router/federation/test/modes.ts';
import { testTtls } from '../../router/federation/test/plan.ts';
import { fixedText, type TextSource } from '../../router/federation/text-source.ts';
import { type GraphQLRoutesOptions, registerGraphQL } from '../../router/http/graphql.ts';
import { createEdgeServer, type EdgeServerOptions } from '../../router/http/server.ts';
import { printManifest } from '../../router/operations/manifest.ts';
import { createRouter, type RouterOptions } from '../../router/router.ts';
import { createRouterMetrics } from '../../router/router-metrics.ts';
import { createHub } from '../../router/subscriptions/hub.ts';
import { iterate } from '../../router/subscriptions/iterate.ts';
import type { ManifestEntry } from '../../router/types.ts';
import { openEdge } from '../cache/ground.ts';
import { createTestRedis } from '../kit/redis.ts';
import { createTestIdentity } from '../kit/token.ts';

/** The persisted operations of the library. */
export const texts = {
  BookDetails: 'query BookDetails($id: ID!) { book(id: $id) { id title genre } }',
  Shelf:
    'query Shelf($first: Int = 2, $filter: BookFilter) { books(first: $first, filter: $filter) { id title onLoan } }',
  Loans: 'query Loans { loanCount }',
  Secret: 'query Secret { secret }',
  Mine: 'query Mine($id: ID!) { book(id: $id) { title } }',
  AddBook: 'mutation AddBook($title: String!) { addBook(title: $title) { id title } }',
  BookAdded: 'subscription BookAdded($upTo: Int) { bookAdded(upTo: $upTo) { id title } }',
} as const;
export const idOf = (name: keyof typeof texts) => createHash('sha256').update(texts[name]).digest('hex');

export function manifestOf(bodies: Readonly<Record<string, string>>): string {
  const operations = Object.entries(bodies).map(([name, body]): ManifestEntry => {
    const type = body.startsWith('mutation')
      ? 'mutation'
      : body.startsWith('subscription')
        ? 'subscription'
        : 'query';
    const words = {
      domain: 'library',
      description: 'A test.',
      title: name,
      keywords: [],
      responsePath: null,
      resource: null,
      resultBudget: null,
    };
    const variables: ManifestEntry['variables'] =
      name === 'Mine' ? { id: { description: null, examples: [], fromClaim: 'shelf' } } : {};
    return { id: createHash('sha256').update(body).digest('hex'), name, type, body, ...words, variables };
  });
  return printManifest({ format: 'apollo-persisted-query-manifest', version: 1, operations });
}

export interface GroundOptions {
  readonly mode?: Mode;
  readonly manifest?: TextSource;
  readonly supergraph?: TextSource;
  readonly router?: Partial<RouterOptions>;
  readonly server?: Partial<EdgeServerOptions>;
  readonly routes?: Partial<GraphQLRoutesOptions>;
}

/** One whole edge over the library: real tokens, cache, Redis, sockets. */
export async function openLibraryEdge({
  mode = 'in process',
  manifest,
  supergraph,
  router: changes,
  server = {},
  routes = {},
}: GroundOptions = {}) {
  await using made = new AsyncDisposableStack();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const identity = await createTestIdentity();
  const library = createLibrary();
  const reached = made.use(await reach([library.books, library.loans], mode, identity));
  const redis = made.use(await createTestRedis());
  const { cache, bus } = made.use(openEdge(redis.url));
  const metrics = createMetrics();
  const router = made.use(
    await createRouter({
      supergraph: supergraph ?? fixedText(library.sdl),
      manifest: manifest ?? fixedText(manifestOf(texts)),
      subgraph: reached.subgraph,
      cache: (encode) => createResponseCache({ cache, encode }),
      hub: (executor) => createHub({ executor, onFault: (err) => log.error({ err }) }),
      iterate,
      cacheTtlSeconds: testTtls,
      log,
      metrics: createRouterMetrics(metrics),
      ...changes,
    }),
  );
  const edge = made.use(createEdgeServer({ verifier: identity.verifier, metrics, log, ...server }));
  registerGraphQL(edge.app, {
    router,
    verifier: identity.verifier,
    path: '/graphql',
    maxBatch: 5,
    landing: true,
    ...routes,
  });
  const url = await edge.listen({ host: '127.0.0.1', port: 0 });

  /** One POST; `body` is sent as it is when it is a string. */
  async function post(
    body: unknown,
    {
      token,
      headers = {},
    }: { readonly token?: string | null; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    const bearer = token === undefined ? await identity.tokenFor('viewer') : token;
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: text === '' ? undefined : JSON.parse(text),
    };
  }
  const persisted = (name: keyof typeof texts, variables?: object) => ({
    extensions: { persistedQuery: { version: 1, sha256Hash: idOf(name) } },
    variables,
  });

  const stack = made.move();
  return {
    url,
    identity,
    library,
    redis,
    bus,
    cache,
    metrics,
    router,
    edge,
    lines,
    post,
    persisted,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
