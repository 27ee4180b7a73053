import { pino } from 'pino';
import { createSubgraph, type SubgraphOptions } from './create-subgraph.ts';
import { SubgraphBuildError } from './schema.ts';
import type { BaseContext } from './types.ts';

const link = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@requiresScopes", "@composeDirective"])
  @link(url: "https://eaio.dev/graph/v1.0", import: ["@cacheControl", "@public"])
  @composeDirective(name: "@cacheControl")
`;

const build = (sdl: string, changes: Partial<SubgraphOptions<BaseContext>> = {}) =>
  createSubgraph<BaseContext>({
    name: 'test',
    sdl: link + sdl,
    resolvers: {},
    context: (base) => base,
    log: pino({ level: 'silent' }),
    ...changes,
  });

function faultsOf(sdl: string, changes?: Partial<SubgraphOptions<BaseContext>>): readonly string[] {
  try {
    build(sdl, changes);
  } catch (error) {
    if (error instanceof SubgraphBuildError) return error.faults;
    throw error;
  }
  return [];
}

describe('an SDL builds only when it says of every field who may read it', () => {
  // Proves: identity.field-without-scope
  test('every uncovered field is listed at once, with its line and the mend', () => {
    const faults = faultsOf(`
      type Query {
        open: Int
        covered: Int @requiresScopes(scopes: [["energy:read"]])
        thing: Thing @public(reason: "A test.")
      }
      type Thing { a: Int b: Int @public(reason: "A test.") }
      extend type Thing { c: Int }
    `);
    expect(faults.map((fault) => fault.split(' says')[0])).toEqual([
      'line 7: Query.open',
      'line 11: Thing.a',
      'line 12: Thing.c',
    ]);
    expect(faults[0]).toContain('@requiresScopes(scopes: [["<domain>:<verb>"]])');
    expect(faults[0]).toContain('@public(reason:');
  });

  test("a statement on the type counts for all of its fields, its extensions' too", () => {
    expect(
      faultsOf(`
        type Query { a: A @public(reason: "A test.") }
        type A @requiresScopes(scopes: [["energy:read"]]) { x: Int }
        extend type A { y: Int }
      `),
    ).toEqual([]);
  });

  test("keys of another subgraph's entity need none, its other fields do", () => {
    const faults = faultsOf(`
      type Query { site: Site @public(reason: "A test.") }
      extend type Building @key(fields: "id org { id }") {
        id: ID! @external
        org: Org
        area: Float @external
        use: Float @requires(fields: "area")
      }
      type Org @public(reason: "A test.") { id: ID }
      type Site @key(fields: "id", resolvable: false) { id: ID! }
    `);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('Building.use');
  });

  test('a type that owns its entity says who may read its key', () => {
    expect(
      faultsOf(`type Query { a: A @public(reason: "A test.") } type A @key(fields: "id") { id: ID! }`)[0],
    ).toContain('A.id');
  });

  test.each([
    [
      'both scope and public',
      `type Query { a: Int @public(reason: "A test.") @requiresScopes(scopes: [["energy:read"]]) }`,
      'says both',
    ],
    [
      'public in a type of scopes',
      `type Query @requiresScopes(scopes: [["energy:read"]]) { a: Int @public(reason: "A test.") }`,
      'both hold',
    ],
    [
      'a scope that no role has',
      `type Query { a: Int @requiresScopes(scopes: [["energy:raed"]]) }`,
      '"energy:raed"',
    ],
    ['no scopes at all', `type Query { a: Int @requiresScopes(scopes: []) }`, 'lists no scopes'],
    ['no reason', `type Query { a: Int @public(reason: " ") }`, 'gives no reason'],
    [
      'scopes where nothing enforces them',
      `type Query { a: Kind @public(reason: "A test.") } enum Kind @requiresScopes(scopes: [["energy:read"]]) { X }`,
      'only object types and their fields are guarded',
    ],
  ])('%s is a fault', (_, sdl, words) => {
    const faults = faultsOf(sdl);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(words);
  });
});

describe('a subgraph does not build', () => {
  const query = `type Query { a: Int @public(reason: "A test.") }`;

  test('when its SDL is no GraphQL, or no federation', () => {
    expect(faultsOf('type Query {')[0]).toContain('Syntax Error');
    expect(
      faultsOf(`${query} type T @key(fields: "nope") { id: ID! @public(reason: "A test.") }`)[0],
    ).toContain('nope');
  });

  test('with resolvers for what the SDL does not define, or a scalar that nobody implements', () => {
    const faults = faultsOf(`${query} scalar Colour`, { resolvers: { Query: { b: () => 1 }, Nothing: {} } });
    expect(faults).toEqual([
      'There is a resolver for Query.b, which the SDL does not define.',
      'There are resolvers for Nothing, which the SDL does not define.',
      'The scalar Colour has no implementation: give one in `scalars`.',
    ]);
  });

  test('with a subscription that has no source', () => {
    expect(faultsOf(`${query} type Subscription { s: Int @public(reason: "A test.") }`)).toEqual([
      'Subscription.s has no source: give it a resolver { subscribe }.',
    ]);
  });

  test('and says all of it in its message', () => {
    expect(() => build('type Query { a: Int b: Int }')).toThrow(
      /"test" does not build:\n {2}- .*Query\.a.*\n {2}- .*Query\.b/,
    );
  });
});
