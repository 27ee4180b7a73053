import {
  type McpRequestContext,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerEvent,
  type Transport,
} from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Principal } from '../../platform/identity/principal.ts';
import type { McpAdapter } from '../adapter.ts';
import { createProtocolServer, type ToolMode } from './protocol-server.ts';
import { allDomains, type ServerDefinition } from './server-definition.ts';
import { createWatchingTransport } from './watching-transport.ts';

export interface McpStdioOptions {
  readonly adapter: McpAdapter;
  /** Whose rights the desktop client has. */
  readonly principal: Principal;
  readonly domain?: string;
  readonly mode?: ToolMode;
  /** Another line to the client than standard input and output: a socket, a pipe. */
  readonly transport?: Transport;
}

/**
 * Serves one desktop client over standard input and output, in either revision. A connection can be told of changes: by
 * `resources/subscribe` in the older revision, by `subscriptions/listen` in the newer. Returns how to stop.
 * @throws Error when there is no such server.
 */
export function serveMcpStdio(options: McpStdioOptions): { close(): Promise<void> } {
  const { adapter, principal, domain = allDomains, mode = 'full' } = options;
  const { resources, prompts, version, log, audit } = adapter;
  const bus = adapter.buses.of('stdio');
  const subscribed = new Map<string, () => void>();
  let server: Server | undefined;

  const definition = (): ServerDefinition => {
    const found = adapter.servers().get(domain);
    if (found) return found;
    throw new Error(`There is no server ${domain}. There are: ${[...adapter.servers().keys()].join(', ')}.`);
  };
  definition();

  const watch = (uri: string): (() => void) => {
    const target = resources.resolve(definition(), uri, principal);
    if (target.operation.type !== 'subscription') return () => undefined;
    return adapter.live.watch(target, (changed) => bus.publish({ kind: 'resource_updated', uri: changed }));
  };

  const tell = async (event: ServerEvent): Promise<void> => {
    switch (event.kind) {
      case 'resource_updated':
        return server?.sendResourceUpdated({ uri: event.uri });
      case 'tools_list_changed':
        return server?.sendToolListChanged();
      case 'prompts_list_changed':
        return server?.sendPromptListChanged();
      case 'resources_list_changed':
        return server?.sendResourceListChanged();
    }
  };
  const leave = bus.subscribe((event) => {
    tell(event).catch((err: unknown) => log.debug({ err }, 'The client could not be told of a change.'));
  });

  const open = ({ era }: McpRequestContext): Server => {
    const made = createProtocolServer({
      definition: definition(),
      resources,
      prompts,
      audit,
      version,
      mode,
      pushes: true,
      caller: principal,
    });
    server = made;
    if (era === 'modern') return made;
    made.setRequestHandler('resources/subscribe', ({ params: { uri } }) => {
      const stop = watch(uri);
      subscribed.get(uri)?.();
      subscribed.set(uri, stop);
      return {};
    });
    made.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
      subscribed.get(uri)?.();
      subscribed.delete(uri);
      return {};
    });
    return made;
  };

  const transport = createWatchingTransport({
    inner: options.transport ?? new StdioServerTransport(),
    onListen(uris) {
      const stops = uris.map(watch);
      return () => {
        for (const stop of stops) stop();
      };
    },
    refuse: (error, id) => ({
      jsonrpc: '2.0',
      id,
      error: {
        code: error instanceof ProtocolError ? error.code : ProtocolErrorCode.InternalError,
        message: error instanceof Error ? error.message : String(error),
      },
    }),
  });
  const handle = serveStdio(open, {
    transport,
    onerror: (err) => log.debug({ err }, 'MCP over stdio'),
  });

  return {
    async close() {
      leave();
      for (const stop of subscribed.values()) stop();
      await handle.close();
    },
  };
}
