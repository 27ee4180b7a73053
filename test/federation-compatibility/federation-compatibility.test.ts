import { stripIgnoredCharacters } from 'graphql';
import { type Ground, startGround } from './ground.ts';

/**
 * The 25 checks, under their 15 names, of Apollo's subgraph compatibility tests (see products.ts), against our kit at the wire.
 * The suite's own test files, run unchanged against this ground, pass 25 of 25 as well.
 */
let ground: Ground;
let sdl: string;
beforeAll(async () => {
  ground = await startGround();
  const { data } = await products('{ _service { sdl } }');
  sdl = stripIgnoredCharacters((data['_service'] as { sdl: string }).sdl);
});
afterAll(() => ground[Symbol.asyncDispose]());

interface Answer {
  readonly data: Record<string, unknown>;
  readonly errors?: unknown;
  readonly extensions?: unknown;
}
async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  return (await response.json()) as Answer;
}
const products = (query: string, variables?: Record<string, unknown>, headers?: Record<string, string>) =>
  post(ground.products, { query, variables }, { ...headers, authorization: ground.authorization });
const router = (query: string, variables: Record<string, unknown>) =>
  post(ground.router, { query, variables });

const entities = async (selection: string, ...representations: unknown[]) => {
  const answer = await products(
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`,
    { representations },
  );
  expect(answer.errors).toBeUndefined();
  return answer.data['_entities'];
};
/** The product `apollo-federation`, by the gateway. */
const productByRouter = async (selection: string) => {
  const answer = await router(`query ($id: ID!) { product(id: $id) { ${selection} } }`, {
    id: 'apollo-federation',
  });
  expect(answer.errors).toBeUndefined();
  return answer.data['product'];
};

// Proves: federation.subgraph
test('introspection: the SDL has every type and field that was prescribed', () => {
  for (const definition of [
    'type Query',
    'product(id:ID!):Product',
    'deprecatedProduct(sku:String!package:String!):DeprecatedProduct',
    'variation:ProductVariation',
    'research:[ProductResearch!]!',
    'study:CaseStudy!',
    'caseNumber:ID!',
    'weight:Float',
    'yearsOfEmployment:Int!',
    'deprecatedProducts:[DeprecatedProduct!]!',
  ]) {
    expect(sdl).toContain(definition);
  }
});

// Proves: federation.subgraph
describe('@key single', () => {
  test('is on User', () => expect(sdl).toMatch(/type User(@extends)?@key\(fields:"email"/));
  test('resolves User', async () => {
    expect(
      await entities('... on User { email name }', {
        __typename: 'User',
        email: 'support@apollographql.com',
      }),
    ).toEqual([{ email: 'support@apollographql.com', name: 'Jane Smith' }]);
  });
});

// Proves: federation.subgraph
describe('@key multiple', () => {
  test('is on DeprecatedProduct', () =>
    expect(sdl).toContain('type DeprecatedProduct@key(fields:"sku package"'));
  test('resolves DeprecatedProduct', async () => {
    const key = { sku: 'apollo-federation-v1', package: '@apollo/federation-v1' };
    expect(
      await entities('... on DeprecatedProduct { sku package reason }', {
        __typename: 'DeprecatedProduct',
        ...key,
      }),
    ).toEqual([{ ...key, reason: 'Migrate to Federation V2' }]);
  });
});

// Proves: federation.subgraph
describe('@key composite', () => {
  test('is on ProductResearch', () =>
    expect(sdl).toContain('type ProductResearch@key(fields:"study { caseNumber }"'));
  test('resolves ProductResearch', async () => {
    expect(
      await entities('... on ProductResearch { study { caseNumber description } }', {
        __typename: 'ProductResearch',
        study: { caseNumber: '1234' },
      }),
    ).toEqual([{ study: { caseNumber: '1234', description: 'Federation Study' } }]);
  });
});

// Proves: federation.subgraph
describe('repeatable @key', () => {
  test('is on Product, three times', () => {
    for (const fields of ['id', 'sku package', 'sku variation { id }']) {
      expect(sdl).toMatch(new RegExp(`type Product@[^{]*(\\{[^{]*\\})?.*@key\\(fields:"${fields}"`));
    }
  });
  test('resolves Product by each of them', async () => {
    const federation = { id: 'apollo-federation', sku: 'federation' };
    expect(
      await entities(
        '... on Product { id sku }',
        { __typename: 'Product', id: 'apollo-federation' },
        { __typename: 'Product', sku: 'federation', package: '@apollo/federation' },
        { __typename: 'Product', sku: 'studio', variation: { id: 'platform' } },
      ),
    ).toEqual([federation, federation, { id: 'apollo-studio', sku: 'studio' }]);
  });
});

// Proves: federation.subgraph
describe('@requires', () => {
  test('is on averageProductsCreatedPerYear', () => {
    expect(sdl).toContain(
      'averageProductsCreatedPerYear:Int@requires(fields:"totalProductsCreated yearsOfEmployment")',
    );
  });
  test('computes from fields of another subgraph', async () => {
    expect(await productByRouter('createdBy { averageProductsCreatedPerYear email }')).toEqual({
      createdBy: { averageProductsCreatedPerYear: expect.any(Number), email: 'support@apollographql.com' },
    });
  });
});

// Proves: federation.subgraph
describe('@provides', () => {
  test('is on createdBy', () =>
    expect(sdl).toContain('createdBy:User@provides(fields:"totalProductsCreated")'));
  test('gives a field that another subgraph owns', async () => {
    const { data } = await products(
      '{ product(id: "apollo-federation") { createdBy { email totalProductsCreated } } }',
    );
    expect(data).toEqual({
      product: { createdBy: { email: 'support@apollographql.com', totalProductsCreated: 1337 } },
    });
  });
});

// Proves: federation.subgraph
test('ftv1: the trace is in the extensions when the header asks for it', async () => {
  const answer = await products('query { __typename }', {}, { 'apollo-federation-include-trace': 'ftv1' });
  expect(answer).toEqual({ data: { __typename: 'Query' }, extensions: { ftv1: expect.any(String) } });
});

// Proves: federation.subgraph
test('@link: one version of federation, and nothing imported that it does not have', () => {
  const links = [
    ...sdl.matchAll(/@link\(url:"https:\/\/specs\.apollo\.dev\/federation\/v(2\.\d+)" import:\[([^\]]*)\]/g),
  ];
  expect(links).toHaveLength(1);
  expect(links[0]?.[1]).toMatch(/^2\.[0-7]$/);
});

// Proves: federation.subgraph
describe('@shareable', () => {
  test('is on ProductDimension', () => expect(sdl).toContain('type ProductDimension@shareable'));
  test('resolves in either subgraph', async () => {
    expect(await productByRouter('dimensions { size weight }')).toEqual({
      dimensions: { size: 'small', weight: 1 },
    });
  });
});

// Proves: federation.subgraph
test('@tag: keeps its name', () => {
  expect(sdl).toContain('@tag(name:"internal")');
  expect(sdl).not.toContain('@federation__tag');
});

// Proves: federation.subgraph
describe('@override', () => {
  test('is on User.name', () => expect(sdl).toContain('@override(from:"users")'));
  test('takes the field over', async () => {
    expect(await productByRouter('createdBy { name }')).toEqual({ createdBy: { name: 'Jane Smith' } });
  });
});

// Proves: federation.subgraph
describe('@inaccessible', () => {
  test('keeps its name', () => {
    expect(sdl).toContain('unit:String@inaccessible');
    expect(sdl).not.toContain('@federation__inaccessible');
  });
  test('hides nothing within the subgraph', async () => {
    const { data } = await products('{ product(id: "apollo-federation") { dimensions { unit } } }');
    expect(data).toEqual({ product: { dimensions: { unit: 'kg' } } });
  });
});

// Proves: federation.subgraph
test('@composeDirective: names, links and keeps the directive', () => {
  expect(sdl).toMatch(/schema.*@composeDirective\(name:"@custom"\)/);
  expect(sdl).toMatch(/@link\(url:"https:\/\/myspecs\.dev\/myCustomDirective\/v1\.0" import:\["@custom"\]\)/);
  expect(sdl).toContain('directive@custom on OBJECT');
  expect(sdl).toMatch(/type Product@[^{]*@custom|type Product@custom/);
});

// Proves: federation.subgraph
describe('@interfaceObject', () => {
  test('is on Inventory', () => expect(sdl).toMatch(/type Inventory[^{]*@interfaceObject[^{]*\{/));
  test('adds fields to every implementation', async () => {
    const { data, errors } = await router(
      'query ($id: ID!) { inventory(id: $id) { deprecatedProducts { sku reason } } }',
      {
        id: 'apollo-oss',
      },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      inventory: {
        deprecatedProducts: [{ sku: 'apollo-federation-v1', reason: 'Migrate to Federation V2' }],
      },
    });
  });
});
