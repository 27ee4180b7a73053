import { createMcpAdapter, type McpAdapter } from '../../mcp-adapter/adapter.ts';
import { loadMcpConfig } from '../../mcp-adapter/config.ts';
import type { InstanceHealth } from '../../mcp-adapter/registry/registry.ts';
import type { Audit } from '../../platform/audit/types.ts';
import type { Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import type { Limiter } from '../../platform/limits/types.ts';
import type { RedisConnection } from '../../platform/redis/redis.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Router } from '../../router/types.ts';
import { version } from '../version.ts';

export interface OpenMcpOptions {
  readonly router: Router;
  /** Where clients reach this process. */
  readonly baseUrl: string;
  readonly redis: RedisConnection | undefined;
  readonly health: () => InstanceHealth;
  readonly audit?: Audit | undefined;
  readonly toolLimit?: Limiter | undefined;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
}

/** The operations as MCP servers, on the router of this process. */
export async function openMcp({ router, lifecycle, ...options }: OpenMcpOptions): Promise<McpAdapter> {
  return lifecycle.use(
    'MCP',
    await createMcpAdapter({ ...options, graph: router, config: loadMcpConfig(), version }),
  );
}
