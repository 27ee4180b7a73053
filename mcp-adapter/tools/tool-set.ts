import { createHash } from 'node:crypto';
import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../../platform/identity/principal.ts';
import type { Operation } from '../ports.ts';
import { continueResult, continueResultDefinition, continueResultName } from './continue-result.ts';
import { errorResult } from './result.ts';
import { createTool, type OperationTool, type ToolCall, type ToolOptions } from './tool.ts';

/** The tools of one server (all domains, or one), as its operations make them; replaced as a whole on reload. */
export interface ToolSet {
  /** Changes when any tool does. */
  readonly hash: string;
  readonly tools: ReadonlyMap<string, OperationTool>;
  /** What this caller may call, in the order of the names. The same array for callers of equal access. */
  listFor(principal: Principal): readonly Tool[];
  /** The tool, when this caller may call it. */
  find(name: string, principal: Principal): OperationTool | undefined;
  call(name: string, call: ToolCall): Promise<CallToolResult>;
}

export interface ToolSetOptions extends ToolOptions {
  /** Which operations this server offers; subscriptions never become tools. */
  readonly includes: (operation: Operation) => boolean;
}

/** Makes every tool anew from the graph's operations: schemas are derived here, never per request. */
export function createToolSet(options: ToolSetOptions): ToolSet {
  const schema = options.graph.schema();
  const operations = [...options.graph.operations().byName.values()]
    .filter((operation) => operation.type !== 'subscription' && options.includes(operation))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const tools = new Map(
    operations.map((operation) => [operation.name, createTool(operation, schema, options)]),
  );
  const listed = new LRUCache<string, readonly Tool[]>({ max: 1_000 });
  const hash = createHash('sha256')
    .update(JSON.stringify([...tools.values()].map((t) => t.definition)))
    .digest('hex');

  const find = (name: string, principal: Principal) => {
    const tool = tools.get(name);
    return tool && mayCall(tool.operation, principal) ? tool : undefined;
  };

  return {
    hash,
    tools,
    find,
    listFor(principal) {
      const known = listed.get(principal.accessKey);
      if (known) return known;
      const own = [...tools.values()]
        .filter((tool) => mayCall(tool.operation, principal))
        .map((tool) => tool.definition);
      const list = own.length > 0 ? [...own, continueResultDefinition] : own;
      listed.set(principal.accessKey, list);
      return list;
    },
    async call(name, call) {
      if (name === continueResultName)
        return continueResult(call, (one) => find(one, call.principal), options.budget);
      const tool = find(name, call.principal);
      if (tool) return tool.call(call);
      const forbidden = tools.get(name);
      return errorResult(
        forbidden
          ? `You may not call ${name}: it needs ${scopesText(forbidden.operation.requiredScopes)}.`
          : `There is no tool ${name}. tools/list names those that there are.`,
      );
    },
  };
}

function mayCall(operation: Operation, principal: Principal): boolean {
  const scopes: ReadonlySet<string> = principal.scopes;
  return (
    operation.requiredScopes.length === 0 ||
    operation.requiredScopes.some((all) => all.every((scope) => scopes.has(scope)))
  );
}

function scopesText(scopes: readonly (readonly string[])[]): string {
  return scopes.map((all) => all.join(' and ')).join(', or ');
}
