import { pino } from 'pino';
import { createSubgraph } from '../../platform/subgraph/create-subgraph.ts';
import type { BaseContext, Subgraph } from '../../platform/subgraph/types.ts';

/**
 * The `products` subgraph that Apollo's subgraph compatibility tests prescribe (schema and data are theirs,
 * github.com/apollographql/apollo-federation-subgraph-compatibility, COMPATIBILITY.md), made with our kit.
 * `@public` is ours: the kit builds no field of which nothing is said.
 */
const sdl = `
extend schema
  @link(
    url: "https://specs.apollo.dev/federation/v2.3"
    import: ["@composeDirective", "@extends", "@external", "@inaccessible", "@interfaceObject", "@key", "@override", "@provides", "@requires", "@shareable", "@tag"]
  )
  @link(url: "https://myspecs.dev/myCustomDirective/v1.0", import: ["@custom"])
  @composeDirective(name: "@custom")

directive @custom on OBJECT

type Product @custom @key(fields: "id") @key(fields: "sku package") @key(fields: "sku variation { id }") @public(reason: "A test.") {
  id: ID!
  sku: String
  package: String
  variation: ProductVariation
  dimensions: ProductDimension
  createdBy: User @provides(fields: "totalProductsCreated")
  notes: String @tag(name: "internal")
  research: [ProductResearch!]!
}
type DeprecatedProduct @key(fields: "sku package") @public(reason: "A test.") {
  sku: String!
  package: String!
  reason: String
  createdBy: User
}
type ProductVariation @public(reason: "A test.") {
  id: ID!
}
type ProductResearch @key(fields: "study { caseNumber }") @public(reason: "A test.") {
  study: CaseStudy!
  outcome: String
}
type CaseStudy @public(reason: "A test.") {
  caseNumber: ID!
  description: String
}
type ProductDimension @shareable @public(reason: "A test.") {
  size: String
  weight: Float
  unit: String @inaccessible
}
extend type Query @public(reason: "A test.") {
  product(id: ID!): Product
  deprecatedProduct(sku: String!, package: String!): DeprecatedProduct @deprecated(reason: "Use product query instead")
}
extend type User @key(fields: "email") @public(reason: "A test.") {
  averageProductsCreatedPerYear: Int @requires(fields: "totalProductsCreated yearsOfEmployment")
  email: ID! @external
  name: String @override(from: "users")
  totalProductsCreated: Int @external
  yearsOfEmployment: Int! @external
}
type Inventory @interfaceObject @key(fields: "id") @public(reason: "A test.") {
  id: ID!
  deprecatedProducts: [DeprecatedProduct!]!
}
`;

const user = { email: 'support@apollographql.com', name: 'Jane Smith', totalProductsCreated: 1337 };
const deprecated = {
  sku: 'apollo-federation-v1',
  package: '@apollo/federation-v1',
  reason: 'Migrate to Federation V2',
  createdBy: user,
};
const [federationStudy, studioStudy] = [
  { study: { caseNumber: '1234', description: 'Federation Study' }, outcome: null },
  { study: { caseNumber: '1235', description: 'Studio Study' }, outcome: null },
];
const common = { dimensions: { size: 'small', weight: 1, unit: 'kg' }, createdBy: user, notes: null };
const products = [
  {
    ...common,
    ...{
      id: 'apollo-federation',
      sku: 'federation',
      package: '@apollo/federation',
      variation: { id: 'OSS' },
    },
    research: [federationStudy],
  },
  {
    ...common,
    ...{ id: 'apollo-studio', sku: 'studio', package: '', variation: { id: 'platform' } },
    research: [studioStudy],
  },
];

interface ProductReference {
  readonly id?: string;
  readonly sku?: string;
  readonly package?: string;
  readonly variation?: { readonly id: string };
}
interface UserReference {
  readonly email: string;
  readonly totalProductsCreated?: number;
  readonly yearsOfEmployment?: number;
}

/** True when the product has everything that the reference says. */
const is = (product: (typeof products)[number], reference: ProductReference): boolean =>
  (reference.id === undefined || reference.id === product.id) &&
  (reference.sku === undefined || reference.sku === product.sku) &&
  (reference.package === undefined || reference.package === product.package) &&
  (reference.variation === undefined || reference.variation.id === product.variation.id);

const findProduct = (reference: ProductReference) => products.find((one) => is(one, reference)) ?? null;
const findDeprecated = ({ sku, package: name }: { sku: string; package: string }) =>
  sku === deprecated.sku && name === deprecated.package ? deprecated : null;

export const createProductsSubgraph = (): Subgraph =>
  createSubgraph<BaseContext>({
    name: 'products',
    sdl,
    log: pino({ level: 'silent' }),
    context: (base) => base,
    resolvers: {
      Query: {
        product: (_: unknown, args: { id: string }) => findProduct(args),
        deprecatedProduct: (_: unknown, args: { sku: string; package: string }) => findDeprecated(args),
      },
      Product: { __resolveReference: findProduct },
      DeprecatedProduct: { __resolveReference: findDeprecated },
      ProductResearch: {
        __resolveReference: ({ study }: { study: { caseNumber: string } }) =>
          [federationStudy, studioStudy].find((one) => one?.study.caseNumber === study.caseNumber) ?? null,
      },
      User: {
        __resolveReference: (reference: UserReference) => ({ ...user, ...reference }),
        averageProductsCreatedPerYear: ({ totalProductsCreated, yearsOfEmployment }: UserReference) =>
          totalProductsCreated === undefined || yearsOfEmployment === undefined
            ? null
            : Math.round(totalProductsCreated / yearsOfEmployment),
      },
      Inventory: {
        __resolveReference: ({ id }: { id: string }) =>
          id === 'apollo-oss' ? { id, deprecatedProducts: [deprecated] } : null,
      },
    },
  });
