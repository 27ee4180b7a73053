import { EaioError } from '../../errors/eaio-error.ts';

/** Values by which a row stands in its order, the last of which is unique. */
export type CursorKeys = readonly (string | number | null)[];

type KeyType = 'string' | 'number';
/** The type of one key; with `?` it may be null. */
export type KeyShape = KeyType | `${KeyType}?`;

/**
 * An opaque cursor: a place in a named order, so that it goes on rightly even when rows come and go around it.
 * @param order names list and order, for example `building:NAME`; a cursor of another order is refused.
 */
export const encodeCursor = (order: string, keys: CursorKeys): string =>
  Buffer.from(JSON.stringify([order, ...keys])).toString('base64url');

/** @throws EaioError BAD_USER_INPUT when the text is no cursor of this order with keys of this shape. */
export function decodeCursor(cursor: string, order: string, shape: readonly KeyShape[]): CursorKeys {
  const [ofOrder, ...keys] = parseList(cursor);
  const fits =
    ofOrder === order && keys.length === shape.length && shape.every((one, index) => isKey(keys[index], one));
  if (!fits) {
    throw new EaioError(
      'BAD_USER_INPUT',
      'The argument "after" takes the `endCursor` of a page of the same list in the same order; this is another text. Leave it out to begin at the first page.',
    );
  }
  return keys as CursorKeys;
}

function parseList(cursor: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function isKey(value: unknown, shape: KeyShape): boolean {
  if (value === null) return shape.endsWith('?');
  return typeof value === shape.replace('?', '');
}
