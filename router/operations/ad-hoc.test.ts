import { getIntrospectionQuery } from 'graphql';
import type { EaioError } from '../../platform/errors/eaio-error.ts';
import { standardScalars } from '../../platform/subgraph/scalars.ts';
import { principalFor } from '../../test/kit/token.ts';
import { loadSupergraph } from '../federation/supergraph.ts';
import { createLibrary } from '../federation/test/library.ts';
import { testTtls } from '../federation/test/plan.ts';
import { createAdHoc } from './ad-hoc.ts';
import { findOperation } from './find-operation.ts';
import { defaultLimits } from './limits.ts';

const supergraph = loadSupergraph(createLibrary().sdl);
const prepareWith = (limits = defaultLimits) =>
  createAdHoc({ supergraph, limits, maxRemembered: 10, ttls: testTtls, scalars: standardScalars });

function refusalOf(query: string, operationName?: string, limits = defaultLimits) {
  const prepared = prepareWith(limits)(query, operationName);
  if (prepared.ok) throw new Error('It was prepared.');
  return (prepared.errors as readonly EaioError[]).map(({ message, extensions }) => [
    extensions['code'],
    message,
  ]);
}

describe('ad-hoc operations', () => {
  test('are prepared once for one text', () => {
    const prepare = prepareWith();
    const first = prepare('{ loanCount }', undefined);
    expect(first.ok && first.operation.planned.requiredScopes).toEqual([['energy:read']]);
    expect(prepare('{ loanCount }', undefined)).toBe(first);
  });

  test('may be one of several in a text, chosen by name, with the fragments it needs', () => {
    const text =
      'query A { books { ...T } } query B($id: ID!) { book(id: $id) { ...U } } fragment T on Book { title } fragment U on Book { id }';
    const prepared = prepareWith()(text, 'B');
    expect(
      prepared.ok && [
        prepared.operation.planned.name,
        prepared.operation.planned.document.definitions.length,
      ],
    ).toEqual(['B', 2]);
    expect(refusalOf(text)).toEqual([
      ['BAD_REQUEST', 'The text holds several operations; say by `operationName` which to run: A, B.'],
    ]);
    expect(refusalOf(text, 'C')).toEqual([
      ['BAD_REQUEST', 'The text holds no operation "C"; it holds A, B.'],
    ]);
    expect(refusalOf('fragment F on Book { id }')).toEqual([
      ['GRAPHQL_VALIDATION_FAILED', 'The text holds no operation.'],
    ]);
  });

  test('that are not GraphQL, or do not fit the schema, are told of every fault', () => {
    expect(refusalOf('{')).toEqual([['GRAPHQL_PARSE_FAILED', 'Syntax Error: Expected Name, found <EOF>.']]);
    expect(refusalOf('{ colour books { size } }')).toEqual([
      ['GRAPHQL_VALIDATION_FAILED', 'Cannot query field "colour" on type "Query".'],
      ['GRAPHQL_VALIDATION_FAILED', 'Cannot query field "size" on type "Book".'],
    ]);
  });

  // Proves: router.limits
  test('are bounded in tokens, depth, fields, aliases and directives, before they are validated', () => {
    const deep = `{ books { ${'loans { book { '.repeat(6)} id ${'} }'.repeat(6)} } }`;
    expect(refusalOf(deep)).toEqual([
      ['OPERATION_TOO_COMPLEX', expect.stringContaining('14 fields deep, 12 are allowed')],
    ]);
    expect(refusalOf(`{ ${Array.from({ length: 31 }, (_, n) => `a${n}: loanCount`)} }`)).toEqual([
      ['OPERATION_TOO_COMPLEX', expect.stringContaining('31 aliases, 30 are allowed')],
    ]);
    expect(refusalOf(`{ loanCount ${'@skip(if: false) '.repeat(31)} }`)).toEqual([
      ['OPERATION_TOO_COMPLEX', expect.stringContaining('31 directives, 30 are allowed')],
    ]);
    expect(refusalOf(`{ ${'loanCount '.repeat(3_001)} }`)).toEqual([
      ['OPERATION_TOO_COMPLEX', expect.stringContaining('3000 tokens')],
    ]);
    expect(refusalOf('{ loanCount loanCount }', undefined, { ...defaultLimits, maxFields: 1 })).toEqual([
      ['OPERATION_TOO_COMPLEX', expect.stringContaining('2 fields, 1 are allowed')],
    ]);
  });

  // Proves: router.limits
  test('that multiply fragments are seen for what they are, at no cost', () => {
    const bomb = [
      '{ books { ...F0 } }',
      ...Array.from({ length: 40 }, (_, n) => `fragment F${n} on Book { ...F${n + 1} ...F${n + 1} }`),
      'fragment F40 on Book { id }',
    ].join('\n');
    expect(refusalOf(bomb)).toEqual([['OPERATION_TOO_COMPLEX', expect.stringMatching(/has \d+ fields/)]]);
    expect(refusalOf('{ books { ...A } } fragment A on Book { id ...A }')).toEqual([
      ['GRAPHQL_VALIDATION_FAILED', expect.stringContaining('itself')],
    ]);
  });

  test("include the introspection that explorers' tools send", () => {
    expect(prepareWith()(getIntrospectionQuery(), undefined)).toMatchObject({ ok: true });
  });

  // Proves: limits.schema-hidden
  test('tell nothing of the schema to whoever may not explore it, where everybody may send texts', () => {
    const generation = { prepareAdHoc: prepareWith(), catalogue: { runnable: new Map() } };
    const find = (query: string, role: 'viewer' | 'admin') =>
      findOperation(generation, { query }, principalFor(role), 'everybody');
    expect(find(getIntrospectionQuery(), 'viewer')).toMatchObject({
      ok: false,
      errors: [{ code: 'FORBIDDEN' }],
    });
    expect(find('{ __type(name: "Book") { name } }', 'viewer')).toMatchObject({ ok: false });
    expect(find('{ __typename loanCount }', 'viewer')).toMatchObject({ ok: true });
    expect(find(getIntrospectionQuery(), 'admin')).toMatchObject({ ok: true });
    expect(JSON.stringify(find('{ loanCont }', 'admin'))).toContain('Did you mean');
    expect(JSON.stringify(find('{ loanCont }', 'viewer'))).not.toContain('Did you mean');
  });
});
