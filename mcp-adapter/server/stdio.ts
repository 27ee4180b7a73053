import { type McpRequestContext, ProtocolError } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Principal } from '../../platform/identity/principal.ts';
import type { McpAdapter } from '../adapter.ts';
import { createProtocolServer, type ToolMode } from './protocol-server.ts';
import { allDomains } from './server-definition.ts';

export interface McpStdioOptions {
  readonly adapter: McpAdapter;
  /** Whose rights the desktop client has. */
  readonly principal: Principal;
  readonly domain?: string;
  readonly mode?: ToolMode;
}

/**
 * Serves one desktop client over standard input and output. Its session allows `resources/subscribe` of the older
 * revision: changes of a live resource are told to this connection. Returns how to stop.
 */
export function serveMcpStdio(options: McpStdioOptions): { close(): Promise<void> } {
  const { adapter, principal, domain = allDomains, mode = 'full' } = options;
  const stops = new Map<string, () => void>();

  const handle = serveStdio((ctx: McpRequestContext) => {
    const definition = adapter.servers().get(domain);
    if (!definition) throw new Error(`There is no server ${domain}.`);
    const { resources, prompts, version } = adapter;
    const server = createProtocolServer({
      definition,
      resources,
      prompts,
      version,
      mode,
      pushes: true,
      caller: principal,
    });
    if (ctx.era === 'legacy') {
      server.setRequestHandler('resources/subscribe', (request) => {
        const target = resources.resolve(definition, request.params.uri, principal);
        if (target.operation.type !== 'subscription')
          throw new ProtocolError(-32_602, `${request.params.uri} does not tell of changes.`);
        stops.get(target.uri)?.();
        stops.set(
          target.uri,
          adapter.live.watch(
            target,
            (uri) => void server.sendResourceUpdated({ uri }).catch(() => undefined),
          ),
        );
        return {};
      });
      server.setRequestHandler('resources/unsubscribe', (request) => {
        stops.get(request.params.uri)?.();
        stops.delete(request.params.uri);
        return {};
      });
    }
    return server;
  });

  return {
    async close() {
      for (const stop of stops.values()) stop();
      await handle.close();
    },
  };
}
