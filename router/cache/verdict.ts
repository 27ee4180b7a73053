import type { ExecutedResult } from '../federation/types.ts';

/**
 * What a result is worth keeping: `whole` for its category's time, `negative` (there is no such thing) for a short time,
 * since the next moment may bring it, `faulty` not at all.
 */
export type Verdict = 'whole' | 'negative' | 'faulty';

const lasting: ReadonlySet<unknown> = new Set(['NOT_FOUND', 'BAD_USER_INPUT']);

export function verdictOn({ data, errors = [] }: ExecutedResult): Verdict {
  if (errors.length > 0) {
    return errors.every(({ extensions }) => lasting.has(extensions?.['code'])) ? 'negative' : 'faulty';
  }
  const roots = Object.values(data ?? {});
  return roots.every((value) => value === null) ? 'negative' : 'whole';
}
