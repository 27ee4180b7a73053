/** Apollo Server whose gateway has the result at hand and fetches nothing: the least that a cache of results could leave of it. */
import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import type { GatewayExecutor } from '@apollo/server-gateway-interface';
import { loadSupergraph } from '../../router/federation/supergraph.ts';
import { serveApollo } from './serve-apollo.ts';

const { body, operation }: { readonly body: string; readonly operation: string } = JSON.parse(
  process.argv[2] ?? '{}',
);
const result = JSON.parse(body);
const { schema } = loadSupergraph(
  readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'),
);
const executor: GatewayExecutor = async () => result;
const server = new ApolloServer({
  introspection: false,
  gateway: {
    load: async () => ({ executor }),
    onSchemaLoadOrUpdate(listen) {
      listen({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    stop: async () => undefined,
  },
});
await serveApollo(server, [operation]);
