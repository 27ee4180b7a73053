import { createHash } from 'node:crypto';
import { standardScalars } from '../../platform/subgraph/scalars.ts';
import { principalFor } from '../../test/kit/token.ts';
import { loadSupergraph } from '../federation/supergraph.ts';
import { createLibrary } from '../federation/test/library.ts';
import { planText, testTtls } from '../federation/test/plan.ts';
import type { ManifestEntry } from '../types.ts';
import { loadCatalogue } from './catalogue.ts';
import type { Manifest } from './manifest.ts';

const supergraph = loadSupergraph(createLibrary().sdl);
const plan = (text: string) => planText(supergraph, text);

const entry = (body: string, changes: Partial<ManifestEntry> = {}): ManifestEntry => {
  const [, type, name] = /^(\w+) (\w+)/.exec(body) ?? [];
  return {
    id: createHash('sha256').update(body).digest('hex'),
    name: name ?? '',
    type: type as ManifestEntry['type'],
    body,
    ...{
      domain: 'library',
      description: 'A test.',
      title: 'A test',
      keywords: [],
      responsePath: null,
      resource: null,
      resultBudget: null,
      variables: {},
    },
    ...changes,
  };
};
const load = (...operations: readonly ManifestEntry[]) =>
  loadCatalogue(
    { format: 'apollo-persisted-query-manifest', version: 1, operations } satisfies Manifest,
    supergraph,
    { ttls: testTtls, scalars: standardScalars },
  );

describe('the catalogue', () => {
  test('makes operations ready once: scopes, cost, depth, cache', async () => {
    const { operations, byName, runnable, faults } = await load(
      entry('query Shelf { books { title onLoan } }'),
    );
    expect(faults).toEqual([]);
    const shelf = byName.get('Shelf');
    expect(shelf).toMatchObject({ requiredScopes: [['energy:read', 'portfolio:read']], cost: 3, depth: 2 });
    expect(operations.get(shelf?.id ?? '')).toBe(shelf);
    expect(runnable.get(shelf?.id ?? '')?.planned.cache).toEqual({
      cacheable: true,
      category: 'LIVE',
      ttlSeconds: 5,
    });
  });

  // Proves: router.operation-left-out
  test('leaves out what does not fit, says why, and serves the rest', async () => {
    const good = entry('query Good { loanCount }');
    const { operations, faults } = await load(
      entry('query Gone { loanCount colour }'),
      good,
      entry('query Twice { loanCount }', { name: 'Good' }),
      entry('query Renamed { loanCount }', { name: 'Other' }),
      entry('query Changed { loanCount }', { id: 'x' }),
      entry('query Many { loanCount } query More { loanCount }'),
      entry('query Broken {'),
      entry('mutation Typed { addBook(title: "x") { id } }', { type: 'query' }),
    );
    expect([...operations.keys()]).toEqual([good.id]);
    expect(faults.map(({ name, message }) => [name, message])).toEqual([
      ['Gone', 'Cannot query field "colour" on type "Query". (line 1 of the body)'],
      ['Good', 'Another operation of the manifest has the same name.'],
      ['Other', 'The body holds the query "Renamed", the entry says query "Other".'],
      ['Changed', 'The id is not the SHA-256 of the body.'],
      ['Many', 'The body holds 2 operations; it must hold one.'],
      ['Broken', 'Syntax Error: Expected Name, found <EOF>. (line 1 of the body)'],
      ['Typed', 'The body holds the mutation "Typed", the entry says query "Typed".'],
    ]);
    expect(faults[0]?.file).toBe('schema/operations/library/Gone.graphql');
  });

  test('has a hash that changes with any word of any operation', async () => {
    const one = entry('query One { loanCount }');
    const { hash } = await load(one);
    expect((await load(one)).hash).toBe(hash);
    expect((await load({ ...one, title: 'Another' })).hash).not.toBe(hash);
  });

  // Proves: operations.hidden-variables
  test('fills variables from claims', async () => {
    const { runnable } = await load(
      entry('query Mine($id: ID!) { book(id: $id) { id } }', {
        variables: { id: { description: null, examples: [], fromClaim: 'shelf' } },
      }),
    );
    const check = [...runnable.values()][0]?.checkVariables;
    expect(check?.({}, principalFor('viewer', { claims: { shelf: '7' } }))).toEqual({
      ok: true,
      variables: { id: '7' },
    });
    expect(check?.({ id: '8' }, principalFor('viewer', { claims: { shelf: '7' } }))).toMatchObject({
      ok: false,
      faults: [{ path: 'id', message: '`id` is filled from the token; do not send it.' }],
    });
    expect(check?.({}, principalFor('viewer'))).toMatchObject({
      ok: false,
      faults: [{ message: expect.stringContaining('claim "shelf"') }],
    });
  });
});

describe('required scopes', () => {
  const scopesOf = (text: string) => plan(text).requiredScopes;
  test('are those of all fields touched and of their types, wherever they stand', () => {
    expect(scopesOf('{ loanCount }')).toEqual([['energy:read']]);
    expect(scopesOf('{ books { id } }')).toEqual([['portfolio:read']]);
    expect(
      scopesOf('{ books { ...F } } fragment F on Book { ... @include(if: true) { loans { id } } }'),
    ).toEqual([['energy:read', 'portfolio:read']]);
    expect(scopesOf('{ secret loanCount }')).toEqual([['admin:all', 'energy:read']]);
    expect(scopesOf('{ things { ... on Map { scale } } }')).toEqual([['portfolio:read']]);
  });
  test('are none for what is public, and for introspection', () => {
    expect(scopesOf('{ fails __typename __schema { types { name } } }')).toEqual([[]]);
  });
});

describe('cost', () => {
  const cost = (text: string, variables = {}) => plan(text).costWith(variables);
  test('counts objects, list by list, by the size that arguments say', () => {
    expect(cost('{ book(id: "1") { title } }')).toBe(1);
    expect(cost('{ books(first: 7) { title } }')).toBe(7);
    expect(cost('{ books { title } }')).toBe(3);
    expect(
      cost('query ($n: Int) { books(first: $n) { loans(first: 10) { id book { id } } } }', { n: 5 }),
    ).toBe(5 * (1 + 10 * (1 + 1)));
    expect(plan('query ($n: Int = 4) { books(first: $n) { id } }').cost).toBe(4);
    expect(cost('{ books(first: -5) { id } }')).toBe(0);
  });
  test('adds the weights that fields state, and those of a mutation', () => {
    expect(cost('{ books(first: 2) { label } }')).toBe(2 * (1 + 5));
    expect(cost('mutation { addBook(title: "x") { id } }')).toBe(11);
  });
  test('takes the dearest implementation of an interface, and ten for a list of unknown size', () => {
    expect(cost('{ things { id ... on Book { label loans(first: 1) { id } } ... on Map { scale } } }')).toBe(
      10 * (1 + 5 + 1),
    );
  });
  test('leaves out what conditions exclude, where they are known', () => {
    const text =
      'query ($with: Boolean!) { books(first: 2) { id label @include(if: $with) } loanCount @skip(if: true) }';
    expect(cost(text, { with: false })).toBe(2);
    expect(cost(text, { with: true })).toBe(12);
    expect(cost(text)).toBe(12);
  });
});

describe('cache policy', () => {
  const policy = (text: string) => plan(text).cache;
  test('is that of the field that lives shortest; fields without one live as long as their parent', () => {
    expect(policy('{ books { title } }')).toEqual({
      cacheable: true,
      category: 'METADATA',
      ttlSeconds: 3600,
    });
    expect(policy('{ books { title loans { id } } }')).toMatchObject({ category: 'METADATA' });
    expect(policy('{ books { title onLoan } }')).toMatchObject({ category: 'LIVE', ttlSeconds: 5 });
  });
  test('keeps nothing of which nobody said that it may be kept, no mutation, no stream and no introspection', () => {
    for (const text of [
      '{ things { id } }',
      '{ books { id } fails }',
      'mutation { addBook(title: "x") { id } }',
      'subscription { ticks }',
      '{ __schema { queryType { name } } }',
    ]) {
      expect(policy(text)).toEqual({ cacheable: false, category: null, ttlSeconds: 0 });
    }
  });
});
