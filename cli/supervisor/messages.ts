/** What a role process tells its supervisor. */
export type FromRole =
  /** All is built; it waits for the word to open its doors. */
  | { readonly kind: 'prepared' }
  /** It serves. */
  | { readonly kind: 'ready' }
  /** It can not: a sentence for the operator. The process ends by itself. */
  | { readonly kind: 'failed'; readonly sentence: string };

/** What the supervisor tells a role process. Losing the supervisor (`disconnect`) means `drain`. */
export type ToRole = { readonly kind: 'serve' | 'drain' };

const fromRole: readonly unknown[] = ['prepared', 'ready', 'failed'] satisfies FromRole['kind'][];
const toRole: readonly unknown[] = ['serve', 'drain'] satisfies ToRole['kind'][];

export const isFromRole = (message: unknown): message is FromRole => fromRole.includes(kindOf(message));
export const isToRole = (message: unknown): message is ToRole => toRole.includes(kindOf(message));

function kindOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'kind' in message ? message.kind : undefined;
}
