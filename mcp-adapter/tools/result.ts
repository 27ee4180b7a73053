import type { CallToolResult } from '@modelcontextprotocol/server';
import type { OperationAnswer } from '../ports.ts';
import type { ArgumentFault } from './arguments.ts';
import { type Cut, cutToBudget, pathText } from './cut.ts';

/**
 * How results reach a client: `both` (structured content and the same as JSON text, what the protocol recommends),
 * `text` (compact JSON text alone, the fewest tokens), `structured` (structured content, and a line of text).
 */
export type ResultPolicy = 'both' | 'text' | 'structured';

interface GraphQLBody {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: unknown;
  }[];
}

/** A list that was cut, and what to send to `ContinueResult` to see what follows. */
export interface CutNote {
  readonly path: string;
  readonly shown: string;
  readonly cursor: string;
}

export interface ResultOptions {
  readonly policy: ResultPolicy;
  /** Most tokens of one result. */
  readonly budget: number;
  /** Makes the cursor that continues a cut list. */
  readonly cursorFor: (cut: Cut) => string;
}

/** A GraphQL answer as a tool result. Partial answers are `isError` and keep their data. */
export function toolResult(answer: OperationAnswer, options: ResultOptions): CallToolResult {
  const body = JSON.parse(answer.body.toString('utf8')) as GraphQLBody;
  const errors = (body.errors ?? []).map((e) => ({
    message: e.message,
    ...(e.path ? { path: pathText(e.path) } : {}),
    ...(e.extensions ? { extensions: e.extensions } : {}),
  }));
  const { value: data, cuts } = cutToBudget(body.data ?? null, options.budget);
  const cut = cuts.map((c) => noteOf(c, options.cursorFor(c)));
  const structured = { data, ...(errors.length > 0 ? { errors } : {}), ...(cut.length > 0 ? { cut } : {}) };
  const failed = errors.length > 0;

  if (failed && data === null) return errorResult(errors.map((e) => e.message).join('\n'));
  switch (options.policy) {
    case 'both':
      return {
        content: [text(JSON.stringify(structured))],
        structuredContent: structured,
        ...(failed ? { isError: true } : {}),
      };
    case 'text':
      return { content: [text(JSON.stringify(structured))], ...(failed ? { isError: true } : {}) };
    case 'structured':
      return {
        content: [text(failed ? errors.map((e) => e.message).join('\n') : 'See the structured content.')],
        structuredContent: structured,
        ...(failed ? { isError: true } : {}),
      };
  }
}

/** A failure that a model can mend, in words. */
export function errorResult(message: string): CallToolResult {
  return { content: [text(message)], isError: true };
}

/** All that is wrong with a call's arguments, one line each. */
export function faultResult(tool: string, faults: readonly ArgumentFault[]): CallToolResult {
  const lines = faults.map((f) => `- ${f.path === '' ? 'arguments' : f.path}: ${f.message}`);
  return errorResult(
    `${tool} was not called: ${faults.length === 1 ? 'one argument is' : `${faults.length} arguments are`} wrong.\n${lines.join('\n')}`,
  );
}

function noteOf(cut: Cut, cursor: string): CutNote {
  return {
    path: pathText(['data', ...cut.path]),
    shown: `${cut.from} to ${cut.from + cut.shown - 1} of ${cut.total}`,
    cursor,
  };
}

function text(value: string): { type: 'text'; text: string } {
  return { type: 'text', text: value };
}
