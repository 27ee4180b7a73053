import { isPosition } from '../../../platform/bus/position.ts';
import type { Position } from '../../../platform/bus/types.ts';
import { EaioError } from '../../../platform/errors/eaio-error.ts';
import { decodeCursor, encodeCursor } from '../../../platform/subgraph/relay/cursor.ts';

/** How far a follower of readings has come. */
export interface Progress {
  /** The event that holds the reading given last. */
  readonly position: Position;
  /** Place of that reading in the event; null when all of the event was given. */
  readonly index: number | null;
}

const order = 'readingAdded';

export const encodeProgress = ({ position, index }: Progress): string =>
  encodeCursor(order, [position, index]);

/** @throws EaioError BAD_USER_INPUT when the text is no cursor of `readingAdded`. */
export function decodeProgress(cursor: string): Progress {
  const [position, index] = decodeCursor(cursor, order, ['string', 'number?']);
  if (
    typeof position !== 'string' ||
    !isPosition(position) ||
    typeof index === 'string' ||
    index === undefined
  ) {
    throw new EaioError(
      'BAD_USER_INPUT',
      'The cursor is none of this subscription: send the `extensions.cursor` of one of its events, or none.',
    );
  }
  return { position, index };
}
