import { createMcpHandler, type McpHttpHandler, type McpServerFactory } from '@modelcontextprotocol/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TokenVerifier } from '../../platform/identity/token-verifier.ts';
import type { McpAdapter } from '../adapter.ts';
import { registryDocument } from '../registry/server-json.ts';
import { type Admitted, createAdmission, createOriginCheck } from './admission.ts';
import { serveByFetch } from './bridge.ts';
import { authInfoOf, factsOf } from './caller.ts';
import { challengeForScopes, challengeForToken, metadataPaths, resourceMetadata } from './challenge.ts';
import { createListeners } from './listeners.ts';
import { createProtocolServer, type ProtocolServerOptions, type ToolMode } from './protocol-server.ts';
import { rpcError } from './rpc-error.ts';
import { createRunningCalls } from './running-calls.ts';
import { allDomains } from './server-definition.ts';

export interface McpHttpOptions {
  readonly adapter: McpAdapter;
  readonly verifier: TokenVerifier;
  /** Host names that requests may be addressed to and come from (DNS rebinding); ports do not count. */
  readonly allowedHosts: readonly string[];
  /** Issuers of the tokens that are taken, as clients find them (RFC 9728); default none is named. */
  readonly authorizationServers?: readonly string[];
  /** Most `subscriptions/listen` streams at once. Default 10,000. */
  readonly maxListeners?: number;
  /** The protocol's server of one request; another than ours only to hold this door to a conformance suite's fixtures. */
  readonly createServer?: (options: ProtocolServerOptions) => ReturnType<McpServerFactory>;
}

/** `/mcp`, `/mcp/<domain>` and `/mcp/servers`: Host and Origin first, then the token, then the protocol. */
export async function registerMcp(app: FastifyInstance, options: McpHttpOptions): Promise<void> {
  const { adapter, maxListeners = 10_000, createServer = createProtocolServer } = options;
  const { authorizationServers = [] } = options;
  const serverOf = (request: FastifyRequest) =>
    adapter.servers().get((request.params as { readonly domain?: string }).domain ?? allDomains);
  const checkOrigin = createOriginCheck(options.allowedHosts);
  const admit = createAdmission({
    ...options,
    challenge: (request, sent) => challengeForToken(request, serverOf(request), sent),
  });
  const calls = createRunningCalls();
  const handlers = new Map<string, McpHttpHandler>();

  const factory =
    (domain: string): McpServerFactory =>
    (ctx) => {
      const definition = adapter.servers().get(domain);
      if (!definition) throw new Error(`The server ${domain} is gone`);
      return createServer({
        definition,
        resources: adapter.resources,
        prompts: adapter.prompts,
        audit: adapter.audit,
        toolLimit: adapter.toolLimit,
        version: adapter.version,
        mode: modeOf(ctx.requestInfo),
        // Nothing is kept between requests of the older revision: what changes is told to those who listen in the newer.
        pushes: ctx.era === 'modern',
        caller: factsOf(ctx.authInfo)?.principal,
        method: factsOf(ctx.authInfo)?.method,
      });
    };
  const listeners = createListeners({ adapter, factory, maxListeners });

  const handlerOf = (domain: string): McpHttpHandler => {
    const known = handlers.get(domain);
    if (known) return known;
    const handler = createMcpHandler(factory(domain), {
      onerror: (error) => adapter.log.debug({ err: error }, 'MCP request'),
    });
    handlers.set(domain, handler);
    return handler;
  };

  const answer = async (
    domain: string,
    request: FastifyRequest,
    reply: FastifyReply,
    { principal, token }: Admitted,
  ): Promise<void> => {
    const { method, id, params } = (request.body ?? {}) as Partial<RpcMessage>;
    if (method === 'notifications/cancelled') calls.cancel(principal, params?.requestId);
    using call = id === undefined ? undefined : calls.begin(principal, id);
    const { traceparent } = request.headers;
    const facts = {
      principal,
      method,
      origin: { address: request.ip, userAgent: request.headers['user-agent'], door: 'mcp' as const },
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      cancelled: call?.signal,
    };
    await serveByFetch(handlerOf(domain), request, reply, authInfoOf(facts, token));
  };

  const serve = async (domain: string, request: FastifyRequest, reply: FastifyReply) => {
    const admitted = await admit(request, reply);
    if (!admitted) return reply;
    const server = adapter.servers().get(domain);
    if (!server) {
      const known = [...adapter.servers().keys()].filter((one) => one !== allDomains).join(', ');
      return reply
        .code(404)
        .send(rpcError(-32_001, `There is no server ${domain}. There are: ${known}; and /mcp for all.`));
    }
    const lacking = challengeForScopes(request, server, admitted.principal);
    if (lacking) {
      const { id } = request.body as Partial<RpcMessage>;
      return reply
        .code(403)
        .header('www-authenticate', lacking.header)
        .send(
          rpcError(
            -32_000,
            `You may not call ${lacking.tool}: it needs ${lacking.missing.join(' and ')}.`,
            id ?? null,
          ),
        );
    }
    if (!(await listeners.serve(server, request, reply, admitted)))
      await answer(domain, request, reply, admitted);
    return reply;
  };

  for (const path of metadataPaths) {
    app.get(path, async (request, reply) => {
      if (!(await checkOrigin(request, reply))) return reply;
      const server = serverOf(request);
      if (!server) return reply.code(404).send(rpcError(-32_001, 'There is no such server.'));
      return reply
        .header('cache-control', 'public, max-age=3600')
        .send(resourceMetadata(request, server, authorizationServers));
    });
  }
  app.get('/mcp/servers', async (request, reply) => {
    if (!(await admit(request, reply))) return reply;
    const instances = await adapter.registry.instances();
    return registryDocument({
      servers: adapter.servers(),
      instances,
      version: adapter.version,
      baseUrl: adapter.baseUrl,
    });
  });
  app.all('/mcp', (request, reply) => serve(allDomains, request, reply));
  app.all<{ Params: { domain: string } }>('/mcp/:domain', (request, reply) =>
    serve(request.params.domain, request, reply),
  );
  // Streams end with a result, so that clients know to listen elsewhere.
  app.addHook('preClose', async () => {
    await Promise.all([listeners.close(), ...[...handlers.values()].map((handler) => handler.close())]);
  });
}

interface RpcMessage {
  readonly method: string;
  readonly id: string | number;
  readonly params: { readonly requestId?: unknown };
}

function modeOf(request: Request | undefined): ToolMode {
  return request && new URL(request.url).searchParams.get('mode') === 'search' ? 'search' : 'full';
}
