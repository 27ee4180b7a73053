import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import type { GraphQLSchema } from 'graphql';
import type { Origin } from '../../platform/audit/types.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import type { Graph, Operation, OperationAnswer } from '../ports.ts';
import { readAnnotations, writeAnnotations } from './annotations.ts';
import { type CheckedArguments, createArgumentCheck } from './arguments.ts';
import { encodeCutCursor } from './cut-cursor.ts';
import { inputSchema } from './input-schema.ts';
import { outputSchema } from './output-schema.ts';
import { faultResult, type ResultPolicy, toolResult } from './result.ts';

export interface ToolCall {
  readonly arguments: unknown;
  readonly principal: Principal;
  readonly origin?: Origin | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly traceparent?: string | undefined;
}

/** One persisted query or mutation as an MCP tool. */
export interface OperationTool {
  readonly operation: Operation;
  /** As `tools/list` shows it. */
  readonly definition: Tool;
  check(given: unknown): CheckedArguments;
  /** Runs it with arguments that `check` has passed. */
  run(variables: Readonly<Record<string, unknown>>, call: ToolCall): Promise<OperationAnswer>;
  call(call: ToolCall): Promise<CallToolResult>;
}

export interface ToolOptions {
  readonly graph: Graph;
  readonly policy: ResultPolicy;
  /** Most tokens of a result when the operation says nothing. */
  readonly budget: number;
}

/** Makes the tool of one operation: schemas and checks are compiled once, here. */
export function createTool(operation: Operation, schema: GraphQLSchema, options: ToolOptions): OperationTool {
  const input = inputSchema(operation, schema);
  const checkArguments = createArgumentCheck(input);
  // A cached answer is the same Buffer each time: what was made of it once is sent again.
  const results = new WeakMap<Buffer, CallToolResult>();

  const definition: Tool = {
    name: operation.name,
    title: operation.title,
    description: operation.description,
    inputSchema: input as unknown as Tool['inputSchema'],
    ...(options.policy === 'text'
      ? {}
      : { outputSchema: outputSchema(operation, schema) as unknown as Tool['inputSchema'] }),
    annotations: operation.type === 'query' ? readAnnotations : writeAnnotations,
  };

  const run = (variables: Readonly<Record<string, unknown>>, call: ToolCall) => {
    const request = {
      operation: { id: operation.id },
      // Hidden variables are filled by the router from the same principal.
      variables,
      principal: call.principal,
      traceparent: call.traceparent,
      // A result tells nothing of the cache; and what was made of equal bytes is not made again.
      inspect: false,
    };
    const held = options.graph.answerNow?.(request);
    return held ? Promise.resolve(held) : options.graph.execute({ ...request, signal: call.signal });
  };

  return {
    operation,
    definition,
    check: checkArguments,
    run,
    async call(call) {
      const checked = checkArguments(call.arguments);
      if (!checked.ok) return faultResult(operation.name, checked.faults);
      const answer = await run(checked.variables, call);
      const known = results.get(answer.body);
      if (known) return known;
      const result = toolResult(answer, {
        policy: options.policy,
        budget: operation.resultBudget ?? options.budget,
        cursorFor: (cut) =>
          encodeCutCursor({
            operation: operation.name,
            arguments: { ...checked.variables },
            path: [...cut.path],
            from: cut.from + cut.shown,
          }),
      });
      results.set(answer.body, result);
      return result;
    },
  };
}
