import type { Position } from './types.ts';

/** Negative when `a` stands before `b`, positive when behind, 0 when they are the same place. Positions are Redis stream ids. */
export function comparePositions(a: Position, b: Position): number {
  const [aTime = 0, aIndex = 0] = a.split('-').map(Number);
  const [bTime = 0, bIndex = 0] = b.split('-').map(Number);
  return aTime - bTime || aIndex - bIndex;
}
