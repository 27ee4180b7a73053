import type { Position } from '../../../platform/bus/types.ts';
import { EaioError } from '../../../platform/errors/eaio-error.ts';
import { decodeCursor, encodeCursor } from '../../../platform/subgraph/relay/cursor.ts';

/** How far a follower of readings has come: through all events up to `after`, and through a part of the next one. */
export interface Progress {
  readonly after: Position;
  /** In the event at `position`: readings up to and with that of `index`. */
  readonly within?: { readonly position: Position; readonly index: number };
}

const order = 'reading';

export const encodeProgress = ({ after, within }: Progress): string =>
  encodeCursor(order, [after, within?.position ?? null, within?.index ?? null]);

/** @throws EaioError BAD_USER_INPUT when the text is no cursor of `readingAdded`. */
export function decodeProgress(cursor: string): Progress {
  const [after, position, index] = decodeCursor(cursor, order, ['string', 'string?', 'number?']);
  if (!isPosition(after)) throw refused();
  if (position === null && index === null) return { after };
  if (!isPosition(position) || typeof index !== 'number') throw refused();
  return { after, within: { position, index } };
}

const isPosition = (key: unknown): key is Position =>
  typeof key === 'string' && /^\d{1,20}-\d{1,20}$/.test(key);

const refused = (): EaioError =>
  new EaioError(
    'BAD_USER_INPUT',
    'The cursor is none of this subscription: send the `extensions.cursor` of one of its events, or none.',
  );
