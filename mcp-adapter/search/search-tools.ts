import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import type { Principal } from '../../platform/identity/principal.ts';
import { readAnnotations, writeAnnotations } from '../tools/annotations.ts';
import { createArgumentCheck } from '../tools/arguments.ts';
import { continueResultDefinition, continueResultName } from '../tools/continue-result.ts';
import type { JsonObjectSchema } from '../tools/json-schema.ts';
import { errorResult, faultResult } from '../tools/result.ts';
import type { ToolCall } from '../tools/tool.ts';
import type { ToolSet } from '../tools/tool-set.ts';
import { createOperationIndex } from './operation-index.ts';

const hitsShown = 5;

const definitions = [
  tool(
    'search_operations',
    'Search operations',
    'Finds what this server can do. Say in a few words what you want to know or do; the best five operations come back, each with its arguments.',
    {
      query: { type: 'string', description: 'For example: "energy use of a building by day".' },
    },
  ),
  tool(
    'describe_operation',
    'Describe an operation',
    'The whole description of one operation: when to use it, its arguments as JSON Schema, units and what comes back.',
    {
      name: { type: 'string', description: 'A name from search_operations.' },
    },
  ),
  tool(
    'call_operation',
    'Call an operation',
    'Runs an operation found by search_operations.',
    {
      name: { type: 'string', description: 'A name from search_operations.' },
      arguments: { type: 'object', description: 'As describe_operation says.' },
    },
    ['name'],
  ),
] as const;

/** Three tools in place of all: a client that asks for `mode=search` pays for what it looks up, not for every schema. */
export interface SearchTools {
  readonly definitions: readonly Tool[];
  call(name: string, call: ToolCall): Promise<CallToolResult>;
}

export function createSearchTools(toolSet: ToolSet): SearchTools {
  const index = createOperationIndex([...toolSet.tools.values()].map((t) => t.operation));
  const checks = new Map(
    definitions.map((d) => [d.name, createArgumentCheck(d.inputSchema as unknown as JsonObjectSchema)]),
  );

  const search = (query: string, principal: Principal): CallToolResult => {
    const hits = index.search(
      query,
      (operation) => toolSet.find(operation.name, principal) !== undefined,
      hitsShown,
    );
    if (hits.length === 0)
      return errorResult(
        'Nothing fits. Try other words: building, site, meter, energy, peak, base load, compare, coverage.',
      );
    const lines = hits.map(({ operation }) => {
      const input = toolSet.tools.get(operation.name)?.definition.inputSchema;
      return `${operation.name}(${signature(input as unknown as JsonObjectSchema)}): ${firstSentence(operation.description)}`;
    });
    return { content: [{ type: 'text', text: lines.join('\n') }] };
  };

  const describe = (name: string, principal: Principal): CallToolResult => {
    const definition =
      name === continueResultName ? continueResultDefinition : toolSet.find(name, principal)?.definition;
    if (!definition)
      return errorResult(
        `There is no operation ${name} that you may call. search_operations finds those that there are.`,
      );
    const { description, inputSchema } = definition;
    return {
      content: [{ type: 'text', text: JSON.stringify({ name, description, arguments: inputSchema }) }],
    };
  };

  return {
    definitions,
    async call(name, call) {
      const checked = checks.get(name)?.(call.arguments);
      if (!checked)
        return errorResult(
          `There is no tool ${name}. There are: ${definitions.map((d) => d.name).join(', ')}.`,
        );
      if (!checked.ok) return faultResult(name, checked.faults);
      const given = checked.variables as { query?: string; name?: string; arguments?: unknown };
      if (name === 'search_operations') return search(given.query ?? '', call.principal);
      if (name === 'describe_operation') return describe(given.name ?? '', call.principal);
      return toolSet.call(given.name ?? '', { ...call, arguments: given.arguments });
    },
  };
}

function tool(
  name: string,
  title: string,
  description: string,
  properties: Tool['inputSchema']['properties'],
  required = Object.keys(properties ?? {}),
): Tool {
  return {
    name,
    title,
    description,
    inputSchema: { type: 'object', properties, required, additionalProperties: false } as Tool['inputSchema'],
    annotations: name === 'call_operation' ? writeAnnotations : readAnnotations,
  };
}

/** `buildingId: string, range: {period?, from?, to?}, interval?: HOUR|DAY|WEEK|MONTH`. */
function signature(input: JsonObjectSchema | undefined): string {
  const required = new Set(input?.required);
  return Object.entries(input?.properties ?? {})
    .map(([name, schema]) => `${name}${required.has(name) ? '' : '?'}: ${shape(schema)}`)
    .join(', ');
}

function shape(schema: JsonObjectSchema | NonNullable<JsonObjectSchema['properties']>[string]): string {
  if (schema.enum) return schema.enum.join('|');
  if (schema.type === 'array') return `[${schema.items ? shape(schema.items) : ''}]`;
  if (schema.properties) {
    const required = new Set(schema.required);
    return `{${Object.keys(schema.properties)
      .map((name) => (required.has(name) ? name : `${name}?`))
      .join(', ')}}`;
  }
  return schema.format ?? (typeof schema.type === 'string' ? schema.type : 'any');
}

function firstSentence(text: string): string {
  return /^.*?[.:](?=\s|$)/s.exec(text)?.[0]?.replaceAll(/\s+/g, ' ').replace(/:$/, '.') ?? text;
}
