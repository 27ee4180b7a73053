import { buildSchema, getOperationAST, parse } from 'graphql';
import { standardScalars } from '../../platform/subgraph/scalars.ts';
import { principalFor } from '../../test/kit/token.ts';
import { createVariableCheck } from './variables.ts';

const schema = buildSchema(`
  scalar DateTime
  scalar Anything
  "How it is drawn. By whom does not matter."
  input Shape { kind: Kind!, sizes: [Int!], inner: Shape, at: DateTime }
  input Choice @oneOf { a: Int b: String }
  enum Kind { ROUND SQUARE }
  type Query { f(shape: Shape, choice: Choice, id: ID, ids: [ID!], n: Int, x: Float, s: String, b: Boolean, any: Anything): Int }
`);
const viewer = principalFor('viewer');

function check(definitions: string, given: Record<string, unknown>) {
  const operation = getOperationAST(parse(`query ${definitions && `(${definitions})`} { f }`));
  if (!operation) throw new Error('no operation');
  return createVariableCheck({ schema, operation, claims: {}, scalars: standardScalars })(given, viewer);
}
const faultsOf = (definitions: string, given: Record<string, unknown>) => {
  const checked = check(definitions, given);
  if (checked.ok) throw new Error('It passed.');
  return checked.faults;
};

describe('variables', () => {
  test('that mean the same are the same JSON: order, single values of lists, ids, defaults', () => {
    const definitions = '$ids: [ID!], $shape: Shape, $n: Int = 3, $k: Kind = ROUND';
    const one = check(definitions, { shape: { sizes: 1, kind: 'ROUND' }, ids: [1, '2'] });
    const other = check(definitions, { n: 3, ids: ['1', '2'], shape: { kind: 'ROUND', sizes: [1] } });
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    expect(one).toEqual({
      ok: true,
      variables: { ids: ['1', '2'], shape: { kind: 'ROUND', sizes: [1] }, n: 3, k: 'ROUND' },
    });
  });

  test('may be left out or null where they are nullable; null is not the default', () => {
    expect(check('$n: Int = 3, $s: String', { n: null })).toEqual({ ok: true, variables: { n: null } });
    expect(check('$n: Int! = 3', {})).toEqual({ ok: true, variables: { n: 3 } });
  });

  test('keep scalars as they were sent, once they are known to be good', () => {
    expect(
      check('$any: Anything, $shape: Shape', {
        any: { b: 1, a: [2] },
        shape: { kind: 'ROUND', at: '2017-06-01T06:00:00Z' },
      }),
    ).toEqual({
      ok: true,
      variables: { any: { b: 1, a: [2] }, shape: { kind: 'ROUND', at: '2017-06-01T06:00:00Z' } },
    });
  });

  // Proves: graph.bad-arguments
  test('have all their faults told at once, with the path and what is allowed', () => {
    expect(
      faultsOf('$shape: Shape!, $n: Int!, $id: ID!, $b: Boolean', {
        shape: { kind: 'OVAL', sizes: [1, 'x', 2.5, null], inner: { sizes: [], colour: 1 }, at: 'noon' },
        id: { no: 1 },
        b: 'yes',
        m: 1,
      }).map(({ path, allowed }) => [path, allowed]),
    ).toEqual([
      ['m', ['shape', 'n', 'id', 'b']],
      ['shape.kind', ['ROUND', 'SQUARE']],
      ['shape.sizes[1]', undefined],
      ['shape.sizes[2]', undefined],
      ['shape.sizes[3]', undefined],
      ['shape.inner.colour', ['kind', 'sizes', 'inner', 'at']],
      ['shape.inner.kind', undefined],
      ['shape.at', undefined],
      ['n', undefined],
      ['id', undefined],
      ['b', undefined],
    ]);
  });

  test('are described in words that help', () => {
    const message = (definitions: string, given: Record<string, unknown>) =>
      faultsOf(definitions, given)[0]?.message;
    expect(message('$k: Kind', { k: 'OVAL' })).toBe('`k` is "OVAL"; allowed are ROUND, SQUARE.');
    expect(message('$shape: Shape!', {})).toBe(
      '`shape` is missing; it needs a value of type Shape (How it is drawn. By whom does not matter.).',
    );
    expect(message('$shape: Shape', { shape: 3 })).toBe('`shape` is 3; it needs an object of type Shape.');
    expect(message('$n: Int!', { n: null })).toBe('`n` is null; it needs a value of type Int.');
    expect(message('$n: Int', { n: 'x'.repeat(100) })).toMatch(
      /^`n` is "x{56}…; it needs a value of type Int. Int cannot represent/,
    );
    expect(message('', { n: 1 })).toBe('There is no variable "n"; the operation takes none.');
  });

  test('of a choice must be exactly one', () => {
    expect(check('$c: Choice', { c: { a: 1 } })).toMatchObject({ ok: true });
    for (const c of [{}, { a: 1, b: 'x' }, { a: null }])
      expect(faultsOf('$c: Choice', { c })).toMatchObject([{ path: 'c', allowed: ['a', 'b'] }]);
  });

  test('with thousands of faults tell of the first hundred', () => {
    expect(faultsOf('$ids: [ID!]', { ids: Array(10_000).fill(true) })).toHaveLength(100);
  });
});
