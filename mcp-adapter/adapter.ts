import type { Audit } from '../platform/audit/types.ts';
import type { Limiter } from '../platform/limits/types.ts';
import type { RedisConnection } from '../platform/redis/redis.ts';
import type { Logger } from '../platform/telemetry/logger.ts';
import type { McpConfig } from './config.ts';
import type { Graph } from './ports.ts';
import { createPrompts, type Prompts } from './prompts/prompts.ts';
import { createMcpRegistry, type InstanceHealth, type McpRegistry } from './registry/registry.ts';
import { createCompleter } from './resources/completer.ts';
import { createLiveResources, type LiveResources } from './resources/live.ts';
import { createResources, type Resources } from './resources/resources.ts';
import { createEventBuses, type EventBuses } from './server/event-bus.ts';
import { defineServers, type ServerDefinition } from './server/server-definition.ts';

export interface McpAdapterOptions {
  readonly graph: Graph;
  readonly config: McpConfig;
  readonly version: string;
  /** Where clients reach this process, without a slash at the end. */
  readonly baseUrl: string;
  /** Shared by all instances; without it this one stands alone. */
  readonly redis?: RedisConnection | undefined;
  readonly health?: () => InstanceHealth;
  /** Where tool calls go on record. */
  readonly audit?: Pick<Audit, 'record'> | undefined;
  /** Calls of one tool by one principal. */
  readonly toolLimit?: Limiter | undefined;
  readonly clock?: () => number;
  readonly log: Logger;
  /** Longest wait for a live resource's first event when it is read. Default 2 s. */
  readonly liveWaitMs?: number;
  /** Shortest time between two notices of one resource. Default 1 s. */
  readonly coalesceMs?: number;
  /** An instance that does not renew its place in the registry for this long is gone. Default 15 s. */
  readonly leaseMs?: number;
}

/** Operations as MCP servers: tools, resources, prompts, registry. Doors (HTTP, stdio) stand on it. */
export interface McpAdapter extends AsyncDisposable {
  /** The servers as they are now, by domain. */
  servers(): ReadonlyMap<string, ServerDefinition>;
  readonly version: string;
  readonly baseUrl: string;
  readonly resources: Resources;
  readonly prompts: Prompts;
  readonly live: LiveResources;
  readonly buses: EventBuses;
  readonly registry: McpRegistry;
  readonly audit: Pick<Audit, 'record'> | undefined;
  readonly toolLimit: Limiter | undefined;
  readonly log: Logger;
}

export async function createMcpAdapter(options: McpAdapterOptions): Promise<McpAdapter> {
  const { graph, config, version, baseUrl, redis, log, clock = Date.now, health = () => 'ok' } = options;
  const onError = (error: unknown) => log.warn({ err: error }, 'MCP');
  let servers = defineServers(graph, config);

  const completer = createCompleter(graph);
  const live = createLiveResources({
    graph,
    waitMs: options.liveWaitMs ?? 2_000,
    coalesceMs: options.coalesceMs ?? 1_000,
    onError,
  });
  const buses = await createEventBuses({ redis, onError });
  const registry = await createMcpRegistry({
    redis,
    url: baseUrl,
    health,
    servers: () => servers,
    clock,
    onError,
    ...(options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs }),
  });

  const stopListening = graph.onReload(() => {
    try {
      servers = defineServers(graph, config);
    } catch (error) {
      log.error({ err: error }, 'The new operations make no tools: the ones before stay in service');
      return;
    }
    void registry.renew();
    buses.listsChanged();
  });

  return {
    servers: () => servers,
    version,
    baseUrl,
    resources: createResources({ graph, live, completer }),
    prompts: createPrompts(completer),
    live,
    buses,
    registry,
    audit: options.audit,
    toolLimit: options.toolLimit,
    log,
    async [Symbol.asyncDispose]() {
      stopListening();
      await registry[Symbol.asyncDispose]();
      await buses.close();
    },
  };
}
