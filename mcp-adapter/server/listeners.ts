import {
  createMcpHandler,
  type McpHttpHandler,
  type McpServerFactory,
  ProtocolError,
} from '@modelcontextprotocol/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { McpAdapter } from '../adapter.ts';
import type { Admitted } from './admission.ts';
import { serveByFetch } from './bridge.ts';
import { authInfoOf } from './caller.ts';
import { rpcError } from './rpc-error.ts';
import type { ServerDefinition } from './server-definition.ts';

const listenRequest = z.object({
  method: z.literal('subscriptions/listen'),
  id: z.union([z.string(), z.number()]),
  params: z.object({
    notifications: z.object({ resourceSubscriptions: z.array(z.string()).max(100).optional() }),
  }),
});

/** Longest delay that a timer takes. */
const maxDelayMs = 2 ** 31 - 1;

/** The streams of `subscriptions/listen`. */
export interface Listeners {
  /** Takes the request when it is one to listen; false leaves it to others. */
  serve(
    server: ServerDefinition,
    request: FastifyRequest,
    reply: FastifyReply,
    caller: Admitted,
  ): Promise<boolean>;
  readonly count: number;
  /** Ends every stream with a result, so that clients know to listen elsewhere. */
  close(): Promise<void>;
}

interface Group {
  readonly handler: McpHttpHandler;
  /** Tells all of them at once. */
  readonly tell: (uri: string) => void;
  count: number;
}

/**
 * Those who listen to one server with equal access share a bus of their own: nobody is told that something changed which only
 * others may see. A stream ends with its token.
 */
export function createListeners(options: {
  readonly adapter: McpAdapter;
  readonly factory: (domain: string) => McpServerFactory;
  readonly maxListeners: number;
}): Listeners {
  const { adapter, factory, maxListeners } = options;
  const groups = new Map<string, Group>();
  let count = 0;

  function join(key: string, domain: string): Group {
    const known = groups.get(key);
    if (known) return known;
    const handler = createMcpHandler(factory(domain), {
      bus: adapter.buses.of(key),
      maxSubscriptions: maxListeners,
      onerror: (error) => adapter.log.debug({ err: error }, 'MCP listener'),
    });
    const group: Group = {
      handler,
      tell: (uri) => adapter.buses.resourceUpdated(key, uri),
      count: 0,
    };
    groups.set(key, group);
    return group;
  }

  function leave(key: string, group: Group): void {
    count -= 1;
    group.count -= 1;
    if (group.count > 0 || groups.get(key) !== group) return;
    groups.delete(key);
    adapter.buses.release(key);
  }

  return {
    get count() {
      return count;
    },
    async serve(server, request, reply, { principal, token }) {
      const listen = listenRequest.safeParse(request.body);
      if (!listen.success) return false;
      const { id, params } = listen.data;
      if (count >= maxListeners) {
        await reply.send(rpcError(-32_603, 'This instance has as many listeners as it takes.', id));
        return true;
      }
      const key = `${server.domain} ${principal.accessKey}`;
      const stops: (() => void)[] = [];
      try {
        const targets = (params.notifications.resourceSubscriptions ?? []).map((uri) =>
          adapter.resources.resolve(server, uri, principal),
        );
        const group = join(key, server.domain);
        group.count += 1;
        count += 1;
        stops.push(() => leave(key, group));
        for (const target of targets)
          if (target.operation.type === 'subscription') stops.push(adapter.live.watch(target, group.tell));
        const expiry = setTimeout(
          () => reply.raw.end(),
          Math.min(maxDelayMs, principal.expiresAtMs - Date.now()),
        );
        expiry.unref();
        stops.push(() => clearTimeout(expiry));
        reply.raw.once('close', () => {
          for (const stop of stops) stop();
        });
        await serveByFetch(group.handler, request, reply, authInfoOf({ principal }, token));
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        await reply.send(rpcError(error.code, error.message, id));
      }
      return true;
    },
    async close() {
      await Promise.all([...groups.values()].map((group) => group.handler.close()));
    },
  };
}
