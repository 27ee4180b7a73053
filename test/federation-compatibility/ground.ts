import { composeServices } from '@apollo/composition';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { parse } from 'graphql';
import { pino } from 'pino';
import { createSubgraphServer } from '../../platform/subgraph/server/create-server.ts';
import { createTestIdentity, principalFor } from '../kit/token.ts';
import { createInventorySubgraph, createUsersSubgraph } from './neighbours.ts';
import { createProductsSubgraph } from './products.ts';

export interface Ground extends AsyncDisposable {
  /** Address of the products subgraph, and the header that it asks for. */
  readonly products: string;
  readonly authorization: string;
  /** Address of a graph of the three subgraphs, by Apollo's own composition, gateway and server. */
  readonly router: string;
}

/** The three subgraphs, each behind the kit's own door, and Apollo's gateway before them. */
export async function startGround({
  routerPort = 0,
}: {
  readonly routerPort?: number;
} = {}): Promise<Ground> {
  await using stack = new AsyncDisposableStack();
  const identity = await createTestIdentity();
  const authorization = `Bearer ${await identity.internalIssuer.tokenFor(principalFor('viewer'))}`;
  const services = await Promise.all(
    [createProductsSubgraph(), createUsersSubgraph(), createInventorySubgraph()].map(async (subgraph) => {
      const server = await createSubgraphServer(subgraph, {
        host: '127.0.0.1',
        port: 0,
        verifier: identity.internalVerifier,
        log: pino({ level: 'silent' }),
      });
      stack.use(server);
      return { name: subgraph.name, typeDefs: parse(subgraph.sdl), url: `${server.url}/graphql` };
    }),
  );
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined)
    throw new AggregateError(errors ?? [], 'The three subgraphs do not compose.');
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ url }) =>
      new RemoteGraphQLDataSource({
        ...(url === undefined ? {} : { url }),
        willSendRequest: ({ request }) => request.http?.headers.set('authorization', authorization),
      }),
  });
  const server = new ApolloServer({ gateway });
  const { url: router } = await startStandaloneServer(server, { listen: { port: routerPort } });
  stack.defer(() => server.stop());
  const ready = stack.move();
  const products = services.find(({ name }) => name === 'products')?.url ?? '';
  return { products, authorization, router, [Symbol.asyncDispose]: () => ready.disposeAsync() };
}
