import type { ToolAnnotations } from '@modelcontextprotocol/server';

/** A tool that changes nothing: whether it destroys or may be repeated is no question then. */
export const readAnnotations: ToolAnnotations = { readOnlyHint: true, openWorldHint: false };

/** A tool that writes. Our mutations add or propose; none takes away, and none promises that twice is once. */
export const writeAnnotations: ToolAnnotations = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: false,
  openWorldHint: false,
};
