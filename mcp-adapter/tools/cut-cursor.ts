import { z } from 'zod';

/** All that continuing a cut list needs. It holds nothing secret and grants nothing: the call is checked and run again. */
const cutCursor = z.object({
  operation: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  path: z.array(z.union([z.string(), z.number().int().nonnegative()])),
  from: z.number().int().nonnegative(),
});
export type CutCursor = z.infer<typeof cutCursor>;

export function encodeCutCursor(cursor: CutCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** Null when the text is no cursor of ours. */
export function decodeCutCursor(cursor: string): CutCursor | null {
  try {
    return cutCursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    return null;
  }
}
