import { buildSchema } from 'graphql';
import type { Operation } from '../ports.ts';
import { inputSchema } from './input-schema.ts';

const schema = buildSchema(/* GraphQL */ `
  "An instant, RFC 3339."
  scalar DateTime
  scalar Odd
  enum Size { "As small as a cat." SMALL LARGE }
  input Span { "First day." from: String! to: String, size: Size = SMALL }
  input Tree { name: String!, children: [Tree!] }
  input Choice @oneOf { id: ID, name: String }
  type Thing { name("How long." length: Int = 3): String }
  type Query {
    thing("The thing's id." id: ID!, span: Span, sizes: [Size!], at: DateTime, tree: Tree, choice: Choice, odd: Odd): Thing
  }
`);

function operation(text: string, variables: Operation['variables'] = {}): Operation {
  const name = /(?:query|mutation) (\w+)/.exec(text)?.[1] ?? '';
  return {
    id: name,
    name,
    type: 'query',
    body: text,
    domain: 'test',
    description: '',
    title: name,
    keywords: [],
    responsePath: null,
    resultBudget: null,
    resource: null,
    variables,
    requiredScopes: [],
  };
}
const own = (description: string | null, more: Partial<Operation['variables'][string]> = {}) => ({
  description,
  examples: [],
  fromClaim: null,
  ...more,
});

// Proves: mcp.input-schemas
describe('the input schema of a tool', () => {
  test('requires only what is non-null and has no default', () => {
    const made = inputSchema(
      operation(
        'query Q($a: ID!, $b: ID! = "x", $c: ID) { thing(id: $a) { name } x: thing(id: $b) { name } y: thing(id: $c) { name } }',
      ),
      schema,
    );
    expect(made.required).toEqual(['a']);
    expect(made.properties?.['b']).toMatchObject({ type: 'string', default: 'x' });
    expect(made.additionalProperties).toBe(false);
  });

  test('describes a variable by its comment, else by the arguments that it feeds, however deep', () => {
    const made = inputSchema(
      operation(
        'query Q($id: ID!, $length: Int, $from: String!) { thing(id: $id, span: { from: $from }) { name(length: $length) } }',
        {
          id: own('Which thing.'),
          length: own(null),
          from: own(null),
        },
      ),
      schema,
    );
    expect(made.properties?.['id']?.description).toBe('Which thing.');
    expect(made.properties?.['length']?.description).toBe('How long.');
    expect(made.properties?.['from']?.description).toBe('First day.');
  });

  test('writes enums with their meanings, integers as integers, lists, formats, and inputs inline', () => {
    const made = inputSchema(
      operation(
        'query Q($span: Span, $sizes: [Size!], $n: Int, $at: DateTime, $odd: Odd) { thing(id: 1, span: $span, sizes: $sizes, at: $at, odd: $odd) { name(length: $n) } }',
      ),
      schema,
    );
    expect(made.properties?.['sizes']).toEqual({
      type: 'array',
      items: { type: 'string', enum: ['SMALL', 'LARGE'], description: 'SMALL: As small as a cat.' },
    });
    expect(made.properties?.['n']).toMatchObject({
      type: 'integer',
      minimum: -(2 ** 31),
      maximum: 2 ** 31 - 1,
    });
    expect(made.properties?.['at']).toMatchObject({ type: 'string', format: 'date-time' });
    expect(made.properties?.['odd']).toEqual({});
    expect(made.properties?.['span']).toMatchObject({
      type: 'object',
      required: ['from'],
      properties: { size: { default: 'SMALL' } },
      additionalProperties: false,
    });
    expect(made.$defs).toBeUndefined();
  });

  test('uses $defs only for a type that contains itself', () => {
    const made = inputSchema(
      operation('query Q($tree: Tree) { thing(id: 1, tree: $tree) { name } }'),
      schema,
    );
    expect(made.properties?.['tree']).toMatchObject({ $ref: '#/$defs/Tree' });
    expect(made.$defs?.['Tree']?.properties?.['children']).toMatchObject({
      type: 'array',
      items: { $ref: '#/$defs/Tree' },
    });
  });

  test('says that a oneOf input takes exactly one', () => {
    const made = inputSchema(
      operation('query Q($choice: Choice) { thing(id: 1, choice: $choice) { name } }'),
      schema,
    );
    expect(made.properties?.['choice']).toMatchObject({ minProperties: 1, maxProperties: 1 });
  });

  // Proves: operations.hidden-variables
  test('leaves out what is filled from a claim, and shows examples', () => {
    const made = inputSchema(
      operation('query Q($id: ID!, $at: DateTime) { thing(id: $id, at: $at) { name } }', {
        id: own(null, { fromClaim: 'sub' }),
        at: own(null, { examples: ['2017-06-01T00:00:00Z'] }),
      }),
      schema,
    );
    expect(Object.keys(made.properties ?? {})).toEqual(['at']);
    expect(made.required).toBeUndefined();
    expect(made.properties?.['at']?.examples).toEqual(['2017-06-01T00:00:00Z']);
  });
});
