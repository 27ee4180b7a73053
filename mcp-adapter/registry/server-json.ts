import type { ServerDefinition } from '../server/server-definition.ts';
import { allDomains } from '../server/server-definition.ts';
import type { McpInstance } from './registry.ts';

/** The MCP Registry's list of servers: each a `server.json` with our `_meta` beside it. */
export function registryDocument(options: {
  readonly servers: ReadonlyMap<string, ServerDefinition>;
  readonly instances: readonly McpInstance[];
  readonly version: string;
  /** Where clients reach us, without a slash at the end. */
  readonly baseUrl: string;
}) {
  const { servers, instances, version, baseUrl } = options;
  const entries = [...servers.values()].map((server) => ({
    server: {
      $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
      name: `io.eaio/${server.domain}`,
      title: server.title,
      description: server.description,
      version,
      remotes: [
        {
          type: 'streamable-http',
          url: `${baseUrl}${pathOf(server.domain)}`,
          headers: [
            { name: 'Authorization', description: 'Bearer token (JWT).', isRequired: true, isSecret: true },
          ],
        },
      ],
    },
    _meta: {
      'io.eaio/registry': {
        domain: server.domain,
        toolCount: server.toolSet.tools.size,
        toolsHash: server.toolSet.hash,
        status: instances.some((one) => one.health === 'ok') ? 'active' : 'degraded',
        instances: instances
          .filter((one) => one.toolsHash[server.domain] !== undefined)
          .map(({ id, url, health, startedAt, renewedAt, toolsHash }) => ({
            id,
            url,
            health,
            startedAt,
            renewedAt,
            toolsHash: toolsHash[server.domain],
          })),
      },
    },
  }));
  return { servers: entries, metadata: { count: entries.length } };
}

export function pathOf(domain: string): string {
  return domain === allDomains ? '/mcp' : `/mcp/${domain}`;
}
