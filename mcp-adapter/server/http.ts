import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  createMcpHandler,
  type McpHttpHandler,
  ProtocolError,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Principal } from '../../platform/identity/principal.ts';
import type { TokenVerifier } from '../../platform/identity/token-verifier.ts';
import type { McpAdapter } from '../adapter.ts';
import { registryDocument } from '../registry/server-json.ts';
import { authInfoOf, principalOf } from './caller.ts';
import { createProtocolServer, type ToolMode } from './protocol-server.ts';
import { allDomains } from './server-definition.ts';

export interface McpHttpOptions {
  readonly adapter: McpAdapter;
  readonly verifier: TokenVerifier;
  /** Host names that requests may be addressed to and come from (DNS rebinding); ports do not count. */
  readonly allowedHosts: readonly string[];
  /** Most `subscriptions/listen` streams at once, of each server. Default 10,000. */
  readonly maxListeners?: number;
}

const listenRequest = z.object({
  method: z.literal('subscriptions/listen'),
  id: z.union([z.string(), z.number()]),
  params: z.object({
    notifications: z.object({ resourceSubscriptions: z.array(z.string()).max(100).optional() }),
  }),
});

/** `/mcp`, `/mcp/<domain>` and `/mcp/servers`: Host and Origin first, then the token, then the protocol. */
export async function registerMcp(app: FastifyInstance, options: McpHttpOptions): Promise<void> {
  const { adapter, verifier } = options;
  const allowedHosts = [...options.allowedHosts];
  const handlers = new Map<
    string,
    { readonly handler: McpHttpHandler; readonly node: ReturnType<typeof toNodeHandler> }
  >();

  const handlerOf = (domain: string) => {
    const known = handlers.get(domain);
    if (known) return known;
    const handler = createMcpHandler(
      (ctx) => {
        const definition = adapter.servers().get(domain);
        if (!definition) throw new Error(`The server ${domain} is gone`);
        const url = ctx.requestInfo ? new URL(ctx.requestInfo.url) : undefined;
        return createProtocolServer({
          definition,
          resources: adapter.resources,
          prompts: adapter.prompts,
          version: adapter.version,
          mode: modeOf(url),
          caller: principalOf(ctx.authInfo),
        });
      },
      {
        bus: adapter.buses.of(domain),
        maxSubscriptions: options.maxListeners ?? 10_000,
        onerror: (error) => adapter.log.debug({ err: error }, 'MCP request'),
      },
    );
    const made = { handler, node: toNodeHandler(handler) };
    handlers.set(domain, made);
    return made;
  };

  /** The caller, or null when the request was answered with a refusal. */
  const admit = async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ principal: Principal; token: string } | null> => {
    const host = validateHostHeader(request.headers.host, allowedHosts);
    const origin = host.ok ? validateOriginHeader(request.headers.origin, allowedHosts) : host;
    if (!origin.ok) {
      await reply.code(403).send(rpcError(-32_000, origin.message));
      return null;
    }
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const verified = token ? await verifier.verify(token) : undefined;
    if (token && verified?.ok) return { principal: verified.principal, token };
    const reason =
      verified && !verified.ok ? verified.reason : 'Send a token as `Authorization: Bearer <token>`.';
    const unavailable = verified && !verified.ok && verified.code === 'DEPENDENCY_UNAVAILABLE';
    if (!unavailable) reply.header('www-authenticate', `Bearer${token ? ' error="invalid_token"' : ''}`);
    await reply.code(unavailable ? 503 : 401).send(rpcError(-32_000, reason));
    return null;
  };

  const serve = async (domain: string, request: FastifyRequest, reply: FastifyReply) => {
    const admitted = await admit(request, reply);
    if (!admitted) return reply;
    if (!adapter.servers().has(domain)) {
      const known = [...adapter.servers().keys()].filter((one) => one !== allDomains).join(', ');
      return reply
        .code(404)
        .send(rpcError(-32_001, `There is no server ${domain}. There are: ${known}; and /mcp for all.`));
    }
    const refused = listenTo(adapter, domain, request, reply, admitted.principal);
    if (refused) return reply.code(200).send(refused);
    reply.hijack();
    const raw = Object.assign(request.raw, { auth: authInfoOf(admitted.principal, admitted.token) });
    await handlerOf(domain).node(
      raw as Parameters<ReturnType<typeof toNodeHandler>>[0],
      reply.raw,
      request.body,
    );
    return reply;
  };

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
    await Promise.all([...handlers.values()].map(({ handler }) => handler.close()));
  });
}

/** Starts following the live resources that a listen request names; gives the JSON-RPC error when one may not be. */
function listenTo(
  adapter: McpAdapter,
  domain: string,
  request: FastifyRequest,
  reply: FastifyReply,
  principal: Principal,
): object | null {
  const listen = listenRequest.safeParse(request.body);
  const server = adapter.servers().get(domain);
  if (!listen.success || !server) return null;
  try {
    const targets = (listen.data.params.notifications.resourceSubscriptions ?? []).map((uri) =>
      adapter.resources.resolve(server, uri, principal),
    );
    const stops = targets
      .filter((target) => target.operation.type === 'subscription')
      .map((target) => adapter.live.watch(target, (uri) => adapter.buses.resourceUpdated(domain, uri)));
    reply.raw.once('close', () => {
      for (const stop of stops) stop();
    });
    return null;
  } catch (error) {
    if (error instanceof ProtocolError) return rpcError(error.code, error.message, listen.data.id);
    throw error;
  }
}

function modeOf(url: URL | undefined): ToolMode {
  return url?.searchParams.get('mode') === 'search' ? 'search' : 'full';
}

function rpcError(code: number, message: string, id: string | number | null = null): object {
  return { jsonrpc: '2.0', error: { code, message }, id };
}
