import { parse } from 'graphql';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import type { SubgraphExecutor, SubgraphResult } from '../../platform/subgraph/types.ts';
import { principalFor } from '../../test/kit/token.ts';
import { composeSupergraph } from './compose.ts';
import { createExecutor } from './executor.ts';
import { withOwnKeys } from './own-keys.ts';
import { loadSupergraph } from './supergraph.ts';
import { planText } from './test/plan.ts';

const head =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])\n';
const composition = composeSupergraph([
  {
    name: 'goods',
    sdl: `${head} type Query { good: Good } type Good @key(fields: "id") { id: ID! price(in: String!): Int }`,
  },
  {
    name: 'post',
    sdl: `${head} type Good @key(fields: "id") { id: ID! price(in: String!): Int @external fee: Int @requires(fields: "price(in: \\"USD\\")") }`,
  },
]);
if (!composition.ok) throw new Error('it does not compose');
const supergraph = loadSupergraph(composition.sdl);
const principal = principalFor('viewer');

/** Answers as the subgraphs of this SDL would: prices are 1 in USD and 2 in EUR, the fee ten times the price that it is told. */
const goods: SubgraphExecutor['execute'] = async ({ query }): Promise<SubgraphResult> => {
  const text = JSON.stringify(query);
  const own = text.includes('__eaio_own_price') ? { __eaio_own_price: 2 } : {};
  return { data: { good: { __typename: 'Good', id: '1', price: 1, ...own } } };
};
const subscribe = () => Promise.reject(new Error('no streams here'));
const post: SubgraphExecutor['execute'] = async ({ variables }) => {
  const told = variables?.['representations'] as [{ price: number }] | undefined;
  return { data: { _entities: [{ fee: (told?.[0].price ?? 0) * 10 }] } };
};

test("a client's arguments and those that a @requires asks for do not mix", async () => {
  const executor = createExecutor({
    subgraph: (name) => ({ execute: name === 'goods' ? goods : post, subscribe }),
  });
  const planned = planText(supergraph, '{ good { price(in: "EUR") fee } }');
  const { data, errors } = await executor.execute(planned, {}, { principal });
  expect(errors).toBeUndefined();
  expect(JSON.parse(JSON.stringify(data))).toEqual({ good: { price: 2, fee: 10 } });
});

test('paths and messages of errors have the keys that the client knows', async () => {
  const execute = async (): Promise<SubgraphResult> => ({
    data: { good: { __typename: 'Good', id: '1' } },
    errors: [
      Object.assign(new EaioError('NOT_FOUND', 'No price.'), { path: ['good', '__eaio_own_price'] }) as never,
    ],
  });
  const executor = createExecutor({ subgraph: () => ({ execute, subscribe }) });
  const { errors } = await executor.execute(
    planText(supergraph, '{ good { price(in: "EUR") } }'),
    {},
    { principal },
  );
  expect(errors).toMatchObject([{ message: 'No price.', path: ['good', 'price'] }]);
});

test('documents without such a conflict stay as they are', () => {
  const { requiredArguments } = supergraph;
  for (const text of ['{ good { price(in: "USD") id } }', '{ good { cost: price(in: "EUR") } }']) {
    const document = parse(text);
    expect(withOwnKeys(document, requiredArguments)).toBe(document);
  }
  const plain = parse('{ price(in: "EUR") }');
  expect(withOwnKeys(plain, new Map())).toBe(plain);
});

test('what no subgraph can answer is refused before it is asked', () => {
  const interfaceObject = composeSupergraph([
    {
      name: 'a',
      sdl: `${head.replace('"@key"', '"@key", "@interfaceObject"')} interface Node @key(fields: "id") { id: ID! } type Query { a: Node }`,
    },
    {
      name: 'b',
      sdl: `${head.replace('"@key"', '"@key", "@interfaceObject"')} type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! field: String } type Query { b: Node }`,
    },
  ]);
  if (!interfaceObject.ok) throw new Error('it does not compose');
  const graph = loadSupergraph(interfaceObject.sdl);
  expect(() => planText(graph, '{ a { field } }')).toThrow('No subgraph can answer what is asked of `a`.');
  expect(planText(graph, '{ a @skip(if: true) { field } }').plan.node).toBeUndefined();
  expect(planText(graph, '{ __typename }').plan.node).toBeUndefined();
});
