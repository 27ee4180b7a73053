import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import { readAnnotations } from './annotations.ts';
import { createArgumentCheck } from './arguments.ts';
import { estimateTokens, at as valueAt } from './cut.ts';
import { decodeCutCursor, encodeCutCursor } from './cut-cursor.ts';
import type { JsonObjectSchema } from './json-schema.ts';
import { errorResult, faultResult } from './result.ts';
import type { OperationTool, ToolCall } from './tool.ts';

export const continueResultName = 'ContinueResult';

/** The tool that shows what follows a cut list: one for all operations, so that none needs an argument for it. */
export const continueResultDefinition: Tool = {
  name: continueResultName,
  title: 'Continue a cut result',
  description:
    'Shows what follows in a list that another tool cut to fit. A cut result has `cut`: for each such list its `path`, which items are `shown`, and the `cursor` to send here.',
  inputSchema: {
    type: 'object',
    properties: { cursor: { type: 'string', description: 'The `cursor` of a `cut` note, as it was given.' } },
    required: ['cursor'],
    additionalProperties: false,
  },
  annotations: readAnnotations,
};

const checkArguments = createArgumentCheck(
  continueResultDefinition.inputSchema as unknown as JsonObjectSchema,
);

/** Runs the cursor's operation again, with the rights of whoever asks now, and shows the next part of its list. */
export async function continueResult(
  call: ToolCall,
  find: (name: string) => OperationTool | undefined,
  budget: number,
): Promise<CallToolResult> {
  const given = checkArguments(call.arguments);
  if (!given.ok) return faultResult(continueResultName, given.faults);
  const cursor = decodeCutCursor(String(given.variables['cursor']));
  const tool = cursor ? find(cursor.operation) : undefined;
  if (!cursor || !tool || tool.operation.type !== 'query') {
    return faultResult(continueResultName, [
      { path: 'cursor', message: 'is none of ours. Send it exactly as the `cut` note gave it.' },
    ]);
  }
  const checked = tool.check(cursor.arguments);
  if (!checked.ok) return faultResult(continueResultName, checked.faults);

  const answer = await tool.run(checked.variables, call);
  const body = JSON.parse(answer.body.toString('utf8')) as {
    data?: unknown;
    errors?: readonly { message: string }[];
  };
  const list = valueAt(body.data, cursor.path);
  if (!Array.isArray(list)) {
    return errorResult(
      body.errors?.map((e) => e.message).join('\n') ?? 'The list is not there any more. Call the tool anew.',
    );
  }
  const items = fitting(list.slice(cursor.from), tool.operation.resultBudget ?? budget);
  const next = cursor.from + items.length;
  const page = {
    items,
    shown: items.length === 0 ? `none of ${list.length}` : `${cursor.from} to ${next - 1} of ${list.length}`,
    ...(next < list.length ? { cursor: encodeCutCursor({ ...cursor, from: next }) } : {}),
  };
  return { content: [{ type: 'text', text: JSON.stringify(page) }] };
}

/** As many of the first items as a budget holds, at least one. */
function fitting(items: readonly unknown[], budget: number): readonly unknown[] {
  let characters = 0;
  const end = items.findIndex((item) => {
    characters += JSON.stringify(item).length + 1;
    return estimateTokens(characters) > budget;
  });
  return end < 0 ? items : items.slice(0, Math.max(1, end));
}
