import { EaioError } from '../../errors/eaio-error.ts';
import { type CursorKeys, decodeCursor, type KeyShape } from './cursor.ts';

/** The part of a list that was asked for. */
export interface Page {
  /** Rows wanted, 1 to the list's bound. */
  readonly first: number;
  /** Keys of the row behind which the page begins; undefined for the list's beginning. */
  readonly after: CursorKeys | undefined;
}

/**
 * Reads a list's `first` and `after`.
 * @param rules `max`: largest `first`; `order` and `shape`: as for `decodeCursor`; `otherwise`: `first` when it is null or left out.
 * @throws EaioError BAD_USER_INPUT that says what is allowed.
 */
export function pageArguments(
  args: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  rules: {
    readonly max: number;
    readonly order: string;
    readonly shape: readonly KeyShape[];
    readonly otherwise?: number;
  },
): Page {
  const { max, order, shape, otherwise = 20 } = rules;
  const first = args.first ?? otherwise;
  if (!Number.isInteger(first) || first < 1 || first > max) {
    throw new EaioError('BAD_USER_INPUT', `The argument "first" takes 1 to ${max}, not ${first}.`);
  }
  return { first, after: args.after == null ? undefined : decodeCursor(args.after, order, shape) };
}
