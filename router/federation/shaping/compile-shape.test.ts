import { buildSchema, getOperationAST, parse } from 'graphql';
import { compileShape } from './compile-shape.ts';

const schema = buildSchema(`
  scalar Anything
  type Query { dog: Dog pet: Pet pets: [Pet!] strict: Strict! any: Anything kind: Kind n: Int x: Float s: String b: Boolean id: ID }
  interface Pet { name: String }
  interface Furry { name: String fur: Int }
  type Dog implements Pet & Furry { name: String fur: Int barks: Boolean friend: Pet }
  type Cat implements Pet & Furry { name: String fur: Int lives: [Int!] }
  type Fish implements Pet { name: String }
  type Strict { must: String! list: [String!]! deep: Deep }
  type Deep { must: Int! }
  enum Kind { ONE TWO }
`);

function shape(text: string, said: Record<string, unknown>, variables: Record<string, unknown> = {}) {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('one operation');
  const { data, errors } = compileShape(schema, document, operation)(said, variables);
  return {
    data: JSON.parse(JSON.stringify(data)),
    errors: errors.map(({ message, path }) => [path?.join('.'), message]),
  };
}
const dataOf = (...given: Parameters<typeof shape>) => {
  const { data, errors } = shape(...given);
  expect(errors).toEqual([]);
  return data;
};

describe('the shape of an answer', () => {
  // Proves: router.answer-shape
  test('is what was selected, in its order, under its aliases, and nothing else', () => {
    const said = {
      b: { x: 1 },
      dog: { __typename: 'Dog', name: 'Rex', fur: 3, barks: true, id: 'key' },
      n: 1,
    };
    const data = dataOf('{ n dog { bark: barks name __typename kind: __typename } }', {
      ...said,
      dog: { ...said.dog, bark: true },
    });
    expect(JSON.stringify(data)).toBe(
      '{"n":1,"dog":{"bark":true,"name":"Rex","__typename":"Dog","kind":"Dog"}}',
    );
  });

  test('has null for what no subgraph said', () => {
    expect(dataOf('{ n dog { name } pets { name } }', { dog: {} })).toEqual({
      n: null,
      dog: { name: null },
      pets: null,
    });
  });

  test('follows fragments by the type that the object has, interfaces included, and merges what is selected twice', () => {
    const said = {
      pets: [
        {
          __typename: 'Dog',
          name: 'Rex',
          fur: 3,
          barks: true,
          friend: { __typename: 'Cat', name: 'Tom', lives: [9] },
        },
        { __typename: 'Fish', name: 'Nemo' },
      ],
    };
    const text = `{ pets { name ... on Dog { friend { name } } ...D ... on Furry { fur } } }
      fragment D on Dog { barks friend { ... on Cat { lives } } }`;
    expect(dataOf(text, said)).toEqual({
      pets: [{ name: 'Rex', friend: { name: 'Tom', lives: [9] }, barks: true, fur: 3 }, { name: 'Nemo' }],
    });
  });

  test('takes the declared type when none was said', () => {
    expect(
      dataOf('{ dog { __typename ... on Pet { name } ... on Cat { lives } } }', { dog: { name: 'Rex' } }),
    ).toEqual({ dog: { __typename: 'Dog', name: 'Rex' } });
  });

  test('heeds @skip and @include with the variables of each request', () => {
    const document = parse(
      'query ($a: Boolean! $b: Boolean) { n @skip(if: $a) s @include(if: $b) ... @include(if: true) { x } b @skip(if: true) }',
    );
    const operation = getOperationAST(document);
    const shaped = operation && compileShape(schema, document, operation);
    const said = { n: 1, s: 'x', x: 1.5, b: true };
    expect(
      [
        { a: true, b: true },
        { a: false, b: false },
        { a: true, b: true },
      ].map((variables) => Object.keys(shaped?.(said, variables).data ?? {})),
    ).toEqual([
      ['s', 'x'],
      ['n', 'x'],
      ['s', 'x'],
    ]);
  });

  test('answers introspection from the schema, with variables and aliases', () => {
    expect(
      dataOf(
        'query ($name: String!) { t: __type(name: $name) { ...T } __schema { queryType { name } } n } fragment T on __Type { kind name }',
        { n: 1 },
        { name: 'Dog' },
      ),
    ).toEqual({
      t: { kind: 'OBJECT', name: 'Dog' },
      __schema: { queryType: { name: 'Query' } },
      n: 1,
    });
  });

  test('takes any response key for what it is', () => {
    expect(
      shape('{ __proto__: n constructor: n }', JSON.parse('{"__proto__":1,"constructor":2}')).data,
    ).toEqual(JSON.parse('{"__proto__":1,"constructor":2}'));
    expect(dataOf('{ toString: n }', {})).toEqual({ toString: null });
  });
});

describe('a value that the schema does not allow', () => {
  // Proves: router.answer-shape
  test('makes the nearest place that allows null null, and is told once', () => {
    expect(shape('{ n strict { must } }', { n: 1, strict: {} })).toEqual({
      data: null,
      errors: [['strict.must', 'Cannot return null for non-nullable field Strict.must.']],
    });
    expect(
      shape('{ strict { must deep { must } } }', { strict: { must: 'x', deep: { must: null } } }),
    ).toEqual({
      data: { strict: { must: 'x', deep: null } },
      errors: [['strict.deep.must', 'Cannot return null for non-nullable field Deep.must.']],
    });
    expect(shape('{ pets { name } n }', { pets: [{ __typename: 'Dog', name: 'Rex' }, null], n: 1 })).toEqual({
      data: { pets: null, n: 1 },
      errors: [['pets.1', 'Cannot return null for non-nullable field Query.pets.']],
    });
  });

  test('is null when it is not of its type', () => {
    const given = { n: 1.5, x: 'x', s: 1, b: 'true', id: 1.5, kind: 'THREE', any: { a: 1 } };
    const { data, errors } = shape('{ n x s b id kind any }', given);
    expect(data).toEqual({ n: null, x: null, s: null, b: null, id: null, kind: null, any: { a: 1 } });
    expect(errors.map(([path]) => path)).toEqual(['n', 'x', 's', 'b', 'id', 'kind']);
    expect(dataOf('{ n x s b id kind }', { n: 1, x: 1, s: '', b: false, id: 7, kind: 'TWO' })).toEqual({
      n: 1,
      x: 1,
      s: '',
      b: false,
      id: 7,
      kind: 'TWO',
    });
  });

  test('is null when it is an object of a type that clients do not know, or no object, or no list', () => {
    const { data, errors } = shape('{ pet { name } dog { name } pets { name } }', {
      pet: { __typename: 'Hidden', name: 'x' },
      dog: 3,
      pets: {},
    });
    expect(data).toEqual({ pet: null, dog: null, pets: null });
    expect(errors.map(([path]) => path)).toEqual(['pet', 'dog', 'pets']);
  });

  test('is an object whose type nobody can tell, when its name is asked for', () => {
    expect(shape('{ pet { __typename name } }', { pet: { name: 'x' } }).data).toEqual({ pet: null });
  });
});
