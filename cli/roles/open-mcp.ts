import { readFileSync, readFileSync } from 'node:fs';
import { localhostAllowedHostnames } from '@modelcontextprotocol/server';
import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import { createMcpAdapter, type McpAdapter } from '../../mcp-adapter/adapter.ts';
import { loadMcpConfig } from '../../mcp-adapter/config.ts';
import { registerMcp } from '../../mcp-adapter/server/http.ts';
import type { Config } from '../../platform/config/load.ts';
import type { TokenVerifier } from '../../platform/identity/token-verifier.ts';
import type { Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Router } from '../../router/types.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** MCP at the edge: a tool call runs the router's pipeline in this process. */
export async function openMcp(options: {
  readonly app: FastifyInstance;
  readonly router: Router;
  readonly redis: Redis;
  readonly verifier: TokenVerifier;
  readonly config: Config;
  readonly health: () => 'ok' | 'degraded';
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
}): Promise<McpAdapter> {
  const { app, router, redis, verifier, config, health, lifecycle, log } = options;
  const { host, port } = config.http;
  const adapter = lifecycle.use(
    'MCP',
    await createMcpAdapter({
      graph: router,
      config: loadMcpConfig(),
      version,
      baseUrl: `http://${host}:${port}`,
      redis,
      health,
      log,
    }),
  );
  const allowedHosts = config.http.allowedHosts ?? [...localhostAllowedHostnames(), host];
  await registerMcp(app, { adapter, verifier, allowedHosts });
  return adapter;
}

/** As `package.json` says. */
export function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
