/** What became of closing everything. */
export interface CloseReport {
  /** Names of what did not close in time. */
  readonly hung: readonly string[];
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
}

export type CloseOutcome =
  | { readonly kind: 'closed' }
  | { readonly kind: 'hung' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Never rejects, and never takes longer than the deadline. */
export async function closeInTime(close: () => unknown, deadlineMs: number): Promise<CloseOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CloseOutcome>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'hung' }), deadlineMs);
  });
  const done = (async (): Promise<CloseOutcome> => {
    try {
      await close();
      return { kind: 'closed' };
    } catch (error) {
      return { kind: 'failed', error };
    }
  })();
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}
