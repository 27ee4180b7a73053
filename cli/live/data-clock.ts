/**
 * What time it is in the data: the wall's, or later while a live source runs faster. Readings are judged by it, so that those
 * of a source with `--speed 60` are not taken for readings of the future.
 */
export interface DataClock {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Follow a source's own clock from now on, as long as it is ahead. */
  follow(source: () => number): void;
}

export function createDataClock(wall: () => number = Date.now): DataClock {
  let source = wall;
  return {
    now: () => Math.max(wall(), source()),
    follow(other) {
      source = other;
    },
  };
}
