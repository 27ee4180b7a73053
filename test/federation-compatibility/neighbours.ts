import { pino } from 'pino';
import { createSubgraph } from '../../platform/subgraph/create-subgraph.ts';
import type { BaseContext, Subgraph } from '../../platform/subgraph/types.ts';

/** The two subgraphs that Apollo's compatibility tests put beside `products` (see there): `users` and `inventory`. */
const usersSdl = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
type Query @public(reason: "A test.") { users: [User] }
type User @key(fields: "email") @public(reason: "A test.") {
  email: ID!
  name: String
  totalProductsCreated: Int @shareable
  yearsOfEmployment: Int!
}
`;

const inventorySdl = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@shareable", "@external"])
extend type Product @key(fields: "id") {
  id: ID! @external
  dimensions: ProductDimension @external
  delivery(zip: String): DeliveryEstimates @requires(fields: "dimensions { size weight }") @public(reason: "A test.")
}
type ProductDimension @shareable @public(reason: "A test.") { size: String weight: Float }
type DeliveryEstimates @public(reason: "A test.") { estimatedDelivery: String fastestDelivery: String }
interface Inventory @key(fields: "id") { id: ID! products: [Product!]! }
type OpenSourceInventory implements Inventory @key(fields: "id") @public(reason: "A test.") { id: ID! products: [Product!]! }
type Query @public(reason: "A test.") { inventory(id: ID!): Inventory }
`;

const user = {
  ...{ email: 'support@apollographql.com', name: 'Apollo Studio Support' },
  ...{ totalProductsCreated: 10, yearsOfEmployment: 10 },
};
const inventory = {
  __typename: 'OpenSourceInventory',
  id: 'apollo-oss',
  products: [{ id: 'apollo-federation' }],
};

const common = { log: pino({ level: 'silent' }), context: (base: BaseContext) => base };

export const createUsersSubgraph = (): Subgraph =>
  createSubgraph<BaseContext>({
    ...common,
    name: 'users',
    sdl: usersSdl,
    resolvers: {
      Query: { users: () => [user] },
      User: { __resolveReference: ({ email }: { email: string }) => (email === user.email ? user : null) },
    },
  });

export const createInventorySubgraph = (): Subgraph =>
  createSubgraph<BaseContext>({
    ...common,
    name: 'inventory',
    sdl: inventorySdl,
    resolvers: {
      Query: { inventory: (_: unknown, { id }: { id: string }) => (id === inventory.id ? inventory : null) },
      Product: {
        delivery: ({ dimensions }: { dimensions: { size: string; weight: number } }) =>
          dimensions.size === 'small' && dimensions.weight === 1
            ? { estimatedDelivery: '5/1/2019', fastestDelivery: '5/1/2019' }
            : null,
      },
      Inventory: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    },
  });
