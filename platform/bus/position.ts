import type { Position } from './event.ts';

/** Before everything that a stream ever held. */
export const beginning: Position = '0-0';

/** Behind everything: the last id that a stream can have. The entry there seals a partition; Redis refuses whatever follows. */
export const sealPosition: Position = '18446744073709551615-18446744073709551615';

const form = /^\d{1,15}-\d{1,20}$/;

export const isPosition = (text: string): text is Position => form.test(text);

/** Negative when `a` stands before `b`, positive when behind, 0 when they are the same place. Positions are Redis stream ids. */
export function comparePositions(a: Position, b: Position): number {
  const [aTime, aIndex] = partsOf(a);
  const [bTime, bIndex] = partsOf(b);
  return aTime - bTime || aIndex - bIndex;
}

/** The place just before, with nothing between. */
export function previousPosition(position: Position): Position {
  if (position === sealPosition) return `18446744073709551615-18446744073709551614`;
  const [time, index] = partsOf(position);
  if (index > 0) return `${time}-${index - 1}`;
  return time > 0 ? `${time - 1}-${lastIndex}` : beginning;
}

/** When the entry at a position was appended, by the clock of Redis; RFC 3339. */
export const positionTime = (position: Position): string =>
  new Date(Math.min(partsOf(position)[0], lastTimeMs)).toISOString();

/** The last that a date can hold: a seal is later. */
const lastTimeMs = 8.64e15;

/** Redis counts to 2^64 - 1 within a millisecond. */
const lastIndex = '18446744073709551615';

function partsOf(position: Position): readonly [number, number] {
  const dash = position.indexOf('-');
  return [Number(position.slice(0, dash)), Number(position.slice(dash + 1))];
}
