import { GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import { createMcpAdapter } from '../../../mcp-adapter/adapter.ts';
import { parseMcpConfig } from '../../../mcp-adapter/config.ts';
import type { Graph } from '../../../mcp-adapter/ports.ts';
import { registerMcp } from '../../../mcp-adapter/server/http.ts';
import { createMetrics } from '../../../platform/telemetry/metrics.ts';
import { createEdgeServer } from '../../../router/http/server.ts';
import { createTestIdentity } from '../../kit/token.ts';
import { createFixtureServer } from './fixtures.ts';

/** A graph that holds nothing: the fixtures stand in place of its operations. */
const emptyGraph: Graph = {
  execute: () => Promise.reject(new Error('There are no operations.')),
  subscribe: () => Promise.reject(new Error('There are no operations.')),
  operations: () => ({ hash: '', byName: new Map() }),
  schema: () => new GraphQLSchema({}),
  onReload: () => () => undefined,
};

/**
 * The edge's own server, admission, handlers and listeners, with the suite's fixtures behind them. The suite has no way to send a
 * token, so that one is put on its requests before they are admitted as any other.
 */
export async function serveFixtures() {
  await using made = new AsyncDisposableStack();
  const log = pino({ level: 'silent' });
  const { verifier, bearerFor } = await createTestIdentity();
  const authorization = await bearerFor('viewer');
  const adapter = made.use(
    await createMcpAdapter({
      graph: emptyGraph,
      config: parseMcpConfig('{}', 'none'),
      version: '1.0.0',
      baseUrl: 'http://127.0.0.1',
      log,
    }),
  );
  const edge = made.use(createEdgeServer({ verifier, metrics: createMetrics(), log, drainMs: 500 }));
  edge.app.addHook('onRequest', (request, _reply, done) => {
    request.headers.authorization ??= authorization;
    done();
  });
  await registerMcp(edge.app, {
    adapter,
    verifier,
    allowedHosts: ['localhost', '127.0.0.1', '[::1]'],
    createServer: () => createFixtureServer(() => adapter.buses.listsChanged()),
  });
  const url = await edge.listen({ host: '127.0.0.1', port: 0 });
  const stack = made.move();
  return { url, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
