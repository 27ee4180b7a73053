/**
 * What a team has without us: Apollo Server with @apollo/gateway over the same supergraph and the same remote subgraphs,
 * as its documentation sets it up, automatic persisted queries on. It hands every subgraph one internal token.
 */
import { readFileSync } from 'node:fs';
import {
  ApolloGateway,
  type GraphQLDataSourceProcessOptions,
  RemoteGraphQLDataSource,
} from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { serveApollo } from './serve-apollo.ts';

interface Setup {
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly token: string;
  /** Texts that it is to know by their hash, as if clients had registered them. */
  readonly operations: readonly string[];
}

const { subgraphs, token, operations }: Setup = JSON.parse(process.argv[2] ?? '{}');

class WithToken extends RemoteGraphQLDataSource {
  override willSendRequest({ request }: GraphQLDataSourceProcessOptions): void {
    request.http?.headers.set('authorization', `Bearer ${token}`);
  }
}

// It does not carry scopes out, and refuses a graph that insists on them: here nobody does.
const supergraphSdl = readFileSync(
  new URL('../../schema/supergraph.graphql', import.meta.url),
  'utf8',
).replace(', for: SECURITY', '');
const quiet = () => undefined;
const gateway = new ApolloGateway({
  supergraphSdl,
  buildService: ({ name }) => new WithToken({ url: `${subgraphs[name]}/graphql` }),
  logger: { debug: quiet, info: quiet, warn: quiet, error: console.error },
});
await serveApollo(new ApolloServer({ gateway, introspection: false }), operations);
