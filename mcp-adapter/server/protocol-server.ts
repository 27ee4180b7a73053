import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Audit } from '../../platform/audit/types.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import { rateLimited } from '../../platform/limits/principal-limits.ts';
import type { Limiter } from '../../platform/limits/types.ts';
import type { Prompts } from '../prompts/prompts.ts';
import type { Resources } from '../resources/resources.ts';
import { errorResult } from '../tools/result.ts';
import { callerOf, originOf, signalOf, traceparentOf } from './caller.ts';
import { withProgress } from './progress.ts';
import type { ServerDefinition } from './server-definition.ts';

/** How a client wants the tools: all of them, or three to search them with. */
export type ToolMode = 'full' | 'search';

export interface ProtocolServerOptions {
  readonly definition: ServerDefinition;
  readonly resources: Resources;
  readonly prompts: Prompts;
  /** Where tool calls go on record. */
  readonly audit?: Pick<Audit, 'record'> | undefined;
  /** Calls of one tool by one principal. */
  readonly toolLimit?: Limiter | undefined;
  readonly version: string;
  readonly mode: ToolMode;
  /** Whether changes can be told: to those who listen (newer revision), or over a connection that stays (stdio). */
  readonly pushes: boolean;
  /** The one caller of a stdio process; over HTTP each request brings its own. */
  readonly caller?: Principal | undefined;
  /** The method of the one request that it is for, when that is known: a call needs none of the other handlers. */
  readonly method?: string | undefined;
}

/**
 * The protocol's server for one request (HTTP) or one connection (stdio). It holds nothing: all that costs was made
 * when the operations were loaded, and this only points at it.
 */
export function createProtocolServer(options: ProtocolServerOptions): Server {
  const { definition, resources, prompts, audit, toolLimit, mode, pushes } = options;
  const list = { ttlMs: definition.config.listTtlSeconds * 1000, cacheScope: 'private' as const };
  const server = new Server(
    { name: `eaio-${definition.domain}`, title: definition.title, version: options.version },
    {
      capabilities: {
        tools: { listChanged: pushes },
        resources: { listChanged: pushes, subscribe: pushes },
        prompts: { listChanged: pushes },
        completions: {},
      },
      ...(definition.config.instructions ? { instructions: definition.config.instructions } : {}),
      cacheHints: {
        'tools/list': list,
        'resources/list': list,
        'resources/templates/list': list,
        'prompts/list': list,
      },
    },
  );
  const caller = (ctx: ServerContext) => callerOf(ctx, options.caller);

  server.setRequestHandler('tools/call', async (request, ctx) => {
    const call = {
      arguments: request.params.arguments,
      principal: caller(ctx),
      origin: originOf(ctx),
      // What is held is answered at once: only what must be waited for can be cancelled.
      get signal() {
        return signalOf(ctx);
      },
      traceparent: traceparentOf(ctx),
    };
    const { name } = request.params;
    const tools = mode === 'search' ? definition.search : definition.toolSet;
    const over = toolLimit && (await overToolLimit(toolLimit, call.principal.subject, name));
    const result = over ?? (await withProgress(ctx, name, () => tools.call(name, call)));
    const { principal: who, origin, traceparent } = call;
    const outcome = result.isError === true ? 'failed' : 'done';
    audit?.record({ kind: 'tool', what: name, arguments: call.arguments, outcome, who, origin, traceparent });
    return result;
  });
  if (options.method === 'tools/call') return server;
  server.setRequestHandler('tools/list', (_request, ctx) => ({
    tools: [...(mode === 'search' ? definition.search.definitions : definition.toolSet.listFor(caller(ctx)))],
  }));

  server.setRequestHandler('resources/list', (_request, ctx) => resources.list(caller(ctx)));
  server.setRequestHandler('resources/templates/list', (_request, ctx) =>
    resources.templates(definition, caller(ctx)),
  );
  server.setRequestHandler('resources/read', (request, ctx) =>
    resources.read(definition, request.params.uri, {
      principal: caller(ctx),
      signal: signalOf(ctx),
      traceparent: traceparentOf(ctx),
    }),
  );

  server.setRequestHandler('prompts/list', (_request, ctx) => prompts.list(definition, caller(ctx)));
  server.setRequestHandler('prompts/get', (request, ctx) =>
    prompts.get(definition, request.params.name, request.params.arguments ?? {}, caller(ctx)),
  );

  server.setRequestHandler('completion/complete', async (request, ctx) => {
    const { ref, argument, context } = request.params;
    const asked = {
      argument: argument.name,
      value: argument.value,
      known: context?.arguments ?? {},
      principal: caller(ctx),
      signal: signalOf(ctx),
    };
    switch (ref.type) {
      case 'ref/prompt':
        return { completion: { ...(await prompts.complete(definition, ref.name, asked)) } };
      case 'ref/resource':
        return { completion: { ...(await resources.complete(definition, ref.uri, asked)) } };
      default:
        throw new ProtocolError(
          ProtocolErrorCode.InvalidParams,
          'Completion is for prompts and resource templates.',
        );
    }
  });
  return server;
}

/** A result that says when to come back, or undefined: as of any failed call, so that a model reads it. */
async function overToolLimit(
  limiter: Limiter,
  subject: string,
  tool: string,
): Promise<CallToolResult | undefined> {
  const key = `${subject} ${tool}`;
  const verdict = limiter.takeNow(key, 1) ?? (await limiter.take(key, 1));
  return verdict.ok ? undefined : errorResult(rateLimited(verdict).message);
}
