import { parse } from 'graphql';
import { pino } from 'pino';
import { EaioError } from '../errors/eaio-error.ts';
import type { Principal } from '../identity/principal.ts';
import type { Scope } from '../identity/roles.ts';
import { createSubgraph, type SubgraphOptions } from './create-subgraph.ts';
import type { BaseContext, SubgraphRequest } from './types.ts';

const link = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requiresScopes", "@composeDirective"])
  @link(url: "https://eaio.dev/graph/v1.0", import: ["@cacheControl", "@public"])
  @composeDirective(name: "@cacheControl")
`;

const sdl = `${link}
scalar DateTime
scalar LocalDate
scalar TimeZone
type Query {
  site(id: ID!): Site @requiresScopes(scopes: [["portfolio:read"]])
  sites: [Site!]! @requiresScopes(scopes: [["portfolio:read"]])
  fails(how: String!): String @public(reason: "A test.")
  echo(day: LocalDate, at: DateTime, zone: TimeZone, many: Int! = 3): String @public(reason: "A test.")
  instant: DateTime @public(reason: "A test.")
}
type Mutation {
  rename(id: ID!, name: String!): Site @requiresScopes(scopes: [["energy:ingest"]])
}
type Site @key(fields: "id") @requiresScopes(scopes: [["portfolio:read"]]) {
  id: ID!
  name: String!
  secret: String @requiresScopes(scopes: [["admin:all"], ["control:read", "control:command"]])
}
`;

const principal = (...scopes: Scope[]): Principal => ({
  subject: 'someone',
  roles: [],
  scopes: new Set(scopes),
  buildings: 'all',
  expiresAtMs: Number.POSITIVE_INFINITY,
  claims: {},
  accessKey: scopes.join(),
});
const reader = principal('portfolio:read');

const failures: Readonly<Record<string, () => unknown>> = {
  bug: () => {
    throw new TypeError('password=hunter2');
  },
  'not an error': () => {
    throw 'password=hunter2';
  },
  catalogued: () => {
    throw new EaioError('NOT_FOUND', 'There is no such thing.', { details: { thing: 7 } });
  },
  database: () => {
    throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
  },
  slow: () => {
    throw Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
  },
  value: () => Object.create(null),
};

function setUp(changes: Partial<SubgraphOptions<BaseContext>> = {}) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const subgraph = createSubgraph<BaseContext>({
    name: 'test',
    sdl,
    log,
    context: (base) => base,
    resolvers: {
      Query: {
        site: (_: unknown, { id }: { id: string }, context: BaseContext) => {
          context.tag(`site:${id}`, 'site');
          return { id, name: `Site ${id}`, secret: 'of old' };
        },
        sites: () => Array.from({ length: 3 }, (_, n) => ({ id: n, name: `Site ${n}`, secret: 'of old' })),
        fails: (_: unknown, { how }: { how: string }) => failures[how]?.(),
        echo: (_: unknown, args: Record<string, unknown>) => JSON.stringify(args),
        instant: () => new Date(Date.UTC(2017, 5, 1, 6)),
      },
      Mutation: { rename: (_: unknown, args: { id: string; name: string }) => args },
      Site: {
        __resolveReference: ({ id }: { id: string }) => (id === 'gone' ? null : { id, name: `Site ${id}` }),
      },
    },
    ...changes,
  });
  const ask = (query: SubgraphRequest['query'], request: Partial<SubgraphRequest> = {}) =>
    subgraph.execute({ query, principal: reader, ...request });
  return { subgraph, ask, lines };
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a subgraph in process', () => {
  test('answers a query, given as text or as a document, with variables', async () => {
    const { ask } = setUp();
    const query = 'query One($id: ID!) { site(id: $id) { id name } }';
    const expected = {
      data: { site: { id: 'Fox', name: 'Site Fox' } },
      extensions: { tags: ['site', 'site:Fox'] },
    };
    expect(plain(await ask(query, { variables: { id: 'Fox' } }))).toEqual(expected);
    expect(plain(await ask(parse(query), { variables: { id: 'Fox' } }))).toEqual(expected);
    expect(plain(await ask(query, { variables: { id: 'Fox' } }))).toEqual(expected);
  });

  test('resolves entities, null for those that are gone', async () => {
    const { ask } = setUp();
    const result = await ask(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Site { id name } } }',
      {
        variables: {
          r: [
            { __typename: 'Site', id: 'Fox' },
            { __typename: 'Site', id: 'gone' },
          ],
        },
      },
    );
    expect(plain(result)).toEqual({ data: { _entities: [{ id: 'Fox', name: 'Site Fox' }, null] } });
  });

  test('offers its SDL, shared directives included, to whoever composes', async () => {
    const { ask, subgraph } = setUp();
    expect(subgraph.sdl).toContain('directive @cacheControl(category: graph__CacheCategory!)');
    const result = plain(await ask('{ _service { sdl } }')) as { data: { _service: { sdl: string } } };
    expect(result.data._service.sdl).toContain('type Site');
  });

  test('chooses the operation by its name, and says when it cannot', async () => {
    const { ask } = setUp();
    const query = 'query A { instant } query B { echo }';
    expect(plain(await ask(query, { operationName: 'A' }))).toEqual({
      data: { instant: '2017-06-01T06:00:00.000Z' },
    });
    for (const operationName of [undefined, 'C']) {
      const { errors, data } = await ask(query, { operationName });
      expect(data).toBeUndefined();
      expect(errors?.[0]?.extensions['code']).toBe('BAD_REQUEST');
    }
  });

  test('names faults of text and validity by the catalogue', async () => {
    const { ask } = setUp();
    expect((await ask('{ site(')).errors?.[0]?.extensions['code']).toBe('GRAPHQL_PARSE_FAILED');
    const invalid = await ask('{ nothing }');
    expect(invalid.errors?.[0]?.extensions).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
      retryable: false,
    });
    expect(invalid.errors?.[0]?.locations).toEqual([{ line: 1, column: 3 }]);
  });

  test('does not execute a subscription', async () => {
    const { ask } = setUp({
      sdl: `${sdl} type Subscription { ticks: Int @public(reason: "A test.") }`,
      resolvers: {
        Subscription: {
          ticks: {
            async *subscribe() {
              yield { payload: 1 };
            },
          },
        },
      },
    });
    expect((await ask('subscription { ticks }')).errors?.[0]?.extensions['code']).toBe('BAD_REQUEST');
  });

  test('is not begun for a caller who has gone', async () => {
    const { ask } = setUp();
    await expect(ask('{ instant }', { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow(
      'gone',
    );
  });
});

describe('arguments', () => {
  test.each([
    ['a variable of another type', 'query ($v: Int!) { echo(many: $v) }', { v: 'x' }, 'Int cannot represent'],
    ['a missing variable', 'query ($v: Int!) { echo(many: $v) }', {}, 'was not provided'],
    ['a null for a default', 'query ($v: Int = 3) { echo(many: $v) }', { v: null }, 'must not be null'],
    ['a day that no month has', 'query ($v: LocalDate) { echo(day: $v) }', { v: '2017-02-30' }, '2017-02-30'],
    [
      'an instant without offset',
      'query ($v: DateTime) { echo(at: $v) }',
      { v: '2017-02-01T00:00' },
      '2017-02-01',
    ],
    ['a zone that is none', 'query ($v: TimeZone) { echo(zone: $v) }', { v: 'Mars/Base' }, 'Mars/Base'],
  ])('%s is BAD_USER_INPUT that says what was wrong', async (_, query, variables, words) => {
    const { ask } = setUp();
    const { errors } = await ask(query, { variables });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message).toContain(words);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
  });

  test('good ones of every kit scalar arrive', async () => {
    const { ask } = setUp();
    const result = await ask(
      'query ($d: LocalDate, $a: DateTime, $z: TimeZone) { echo(day: $d, at: $a, zone: $z) }',
      {
        variables: { d: '2016-02-29', a: '2017-06-01T08:00:00+02:00', z: 'America/New_York' },
      },
    );
    expect(JSON.parse(String(result.data?.['echo']))).toEqual({
      day: '2016-02-29',
      at: '2017-06-01T06:00:00.000Z',
      zone: 'America/New_York',
      many: 3,
    });
  });
});

describe('permission', () => {
  // Proves: identity.scopes-hold
  test('a field whose scopes are not held is refused, naming what is missing, and the rest is answered', async () => {
    const { ask } = setUp();
    const { data, errors } = await ask('{ site(id: "Fox") { name secret } }', {
      principal: principal('portfolio:read', 'control:read'),
    });
    expect(plain(data)).toEqual({ site: { name: 'Site Fox', secret: null } });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.path).toEqual(['site', 'secret']);
    expect(errors?.[0]?.message).toContain('Site.secret');
    expect(errors?.[0]?.extensions).toEqual({
      code: 'FORBIDDEN',
      retryable: false,
      missingScopes: [['admin:all'], ['control:command']],
    });
  });

  test.each([
    [['portfolio:read', 'admin:all'] as const, true],
    [['portfolio:read', 'control:read', 'control:command'] as const, true],
    [['portfolio:read', 'control:read'] as const, false],
    [['portfolio:read', 'control:command'] as const, false],
    [['portfolio:read'] as const, false],
  ])('with %j the field of two alternatives is granted: %s', async (scopes, granted) => {
    const { ask } = setUp();
    const { data } = await ask('{ site(id: "Fox") { secret } }', { principal: principal(...scopes) });
    expect(plain(data)).toEqual({ site: { secret: granted ? 'of old' : null } });
  });

  test('scopes of the type hold beside those of the field', async () => {
    const { ask } = setUp();
    const { errors } = await ask(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Site { secret } } }',
      { principal: principal('admin:all'), variables: { r: [{ __typename: 'Site', id: 'Fox' }] } },
    );
    expect(errors?.[0]?.extensions['missingScopes']).toContainEqual(['portfolio:read']);
  });

  test('a mutation that is refused does nothing', async () => {
    let renamed = 0;
    const { ask } = setUp({ resolvers: { Mutation: { rename: () => ++renamed } } });
    const { errors } = await ask('mutation { rename(id: 1, name: "x") { id } }');
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    expect(renamed).toBe(0);
  });

  // Proves: identity.scopes-hold
  test('what one principal was granted grants nothing to another, however their requests are interleaved', async () => {
    const { ask } = setUp();
    const query = '{ sites { id name secret } }';
    const asked = await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const may = n % 2 === 0;
        const scopes: Scope[] = may ? ['portfolio:read', 'admin:all'] : ['portfolio:read'];
        return { may, result: await ask(query, { principal: principal(...scopes) }) };
      }),
    );
    for (const { may, result } of asked) {
      expect(result.errors?.length ?? 0).toBe(may ? 0 : 3);
      expect(JSON.stringify(result.data).includes('of old')).toBe(may);
    }
  });

  test('a context that is shared by mistake is still asked about each condition apart', async () => {
    let shared: BaseContext | undefined;
    const { ask } = setUp({ context: (base) => (shared ??= base) });
    await ask('{ site(id: "Fox") { name } }', { principal: reader });
    const { errors } = await ask('{ site(id: "Fox") { secret } }', { principal: reader });
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});

describe('errors', () => {
  // Proves: errors.faults-hidden
  test.each(['bug', 'not an error', 'value'])(
    'a fault of ours (%s) is masked; the log has it by the id given',
    async (how) => {
      const { ask, lines } = setUp();
      const { errors, data } = await ask(`query Q($how: String!) { fails(how: $how) }`, {
        variables: { how },
        operationName: 'Q',
        traceparent: '00-1-2-01',
      });
      expect(plain(data)).toEqual({ fails: null });
      expect(errors).toHaveLength(1);
      const { errorId, code } = errors?.[0]?.extensions ?? {};
      expect(code).toBe('INTERNAL_SERVER_ERROR');
      expect(errors?.[0]?.message).toContain(String(errorId));
      expect(JSON.stringify(errors)).not.toContain('hunter2');
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({
        errorId,
        subgraph: 'test',
        subject: 'someone',
        operationName: 'Q',
        traceparent: '00-1-2-01',
        path: ['fails'],
      });
      if (how !== 'value') expect(JSON.stringify(lines[0])).toContain('hunter2');
    },
  );

  test('a catalogued error passes as it was thrown', async () => {
    const { ask, lines } = setUp();
    const { errors } = await ask('{ fails(how: "catalogued") }');
    expect(plain(errors)).toEqual([
      {
        message: 'There is no such thing.',
        path: ['fails'],
        locations: [{ line: 1, column: 3 }],
        extensions: { thing: 7, code: 'NOT_FOUND', retryable: false },
      },
    ]);
    expect(lines).toEqual([]);
  });

  test('a database that does not answer is said to be away, and worth another try', async () => {
    const { ask } = setUp();
    const { errors } = await ask('{ fails(how: "database") }');
    expect(errors?.[0]?.extensions).toEqual({ code: 'DEPENDENCY_UNAVAILABLE', retryable: true });
  });

  test('a statement that took too long is said to have, with what helps', async () => {
    const { ask } = setUp();
    const { errors } = await ask('{ fails(how: "slow") }');
    expect(errors?.[0]?.extensions).toEqual({ code: 'TIMEOUT', retryable: true });
    expect(errors?.[0]?.message).toContain('a smaller page');
  });

  test('a context that cannot be made is a fault of ours', async () => {
    const { ask } = setUp({ context: () => failures['bug']?.() as BaseContext });
    const { errors, data } = await ask('{ instant }');
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions['code']).toBe('INTERNAL_SERVER_ERROR');
  });
});
