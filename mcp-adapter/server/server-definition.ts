import type { McpConfig, McpServerConfig } from '../config.ts';
import type { Graph, Operation } from '../ports.ts';
import { createSearchTools, type SearchTools } from '../search/search-tools.ts';
import { createToolSet, type ToolSet } from '../tools/tool-set.ts';

/** The server of all domains; every domain has one of its own beside it. */
export const allDomains = 'eaio';

/** One MCP server as it stands now: replaced as a whole when operations or schema change. */
export interface ServerDefinition {
  readonly domain: string;
  readonly config: McpServerConfig;
  readonly title: string;
  readonly description: string;
  readonly toolSet: ToolSet;
  readonly search: SearchTools;
  /** The persisted subscriptions that this server offers as resources. */
  readonly subscriptions: readonly Operation[];
}

/** The servers that the operations and the configuration make: `eaio`, and one for each domain. */
export function defineServers(graph: Graph, config: McpConfig): ReadonlyMap<string, ServerDefinition> {
  const operations = [...graph.operations().byName.values()];
  const domains = [allDomains, ...new Set(operations.map((operation) => operation.domain))].sort();
  return new Map(
    domains.flatMap((domain) => {
      const own = config.serverOf(domain);
      if (!own.enabled) return [];
      const includes = (operation: Operation) =>
        (domain === allDomains || operation.domain === domain) &&
        (!own.include || own.include.some((pattern) => matches(pattern, operation.name))) &&
        !own.exclude.some((pattern) => matches(pattern, operation.name));
      const toolSet = createToolSet({ graph, policy: own.results, budget: own.resultBudget, includes });
      const definition: ServerDefinition = {
        domain,
        config: own,
        title: own.title ?? `EAIO ${domain}`,
        description: own.description ?? `The ${domain} domain of EAIO.`,
        toolSet,
        search: createSearchTools(toolSet),
        subscriptions: operations.filter(
          (operation) => operation.type === 'subscription' && includes(operation),
        ),
      };
      return [[domain, definition] as const];
    }),
  );
}

function matches(pattern: string, name: string): boolean {
  return new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`).test(name);
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
