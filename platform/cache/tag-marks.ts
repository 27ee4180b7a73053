import { comparePositions } from '../bus/position.ts';
import type { Position } from '../bus/types.ts';
import type { AsOf } from './types.ts';

/**
 * Which tags were invalidated, and where in their topic. An answer is valid when none of its tags was marked behind
 * what the answer had seen when its computation began: so a late write can't bring back what an event made stale.
 */
export interface TagMarks {
  /** Changes whenever an answer that was valid may not be valid any more. */
  readonly version: number;
  mark(topic: string, position: Position, tags: readonly string[]): void;
  /** Trust nothing older: invalidations before this instant of Redis' clock may not be known. */
  distrustBefore(redisMs: number): void;
  isValid(asOf: AsOf, tags: readonly string[]): boolean;
}

/** `maxTags` bounds the memory of one topic: over it the topic's marks give way to one floor under all its answers. */
export function createTagMarks({ maxTags = 100_000 }: { readonly maxTags?: number } = {}): TagMarks {
  const marks = new Map<string, Map<string, Position>>();
  let version = 0;
  let trustedFromMs = 0;
  /** Set when marks were thrown away: answers must have seen at least this of each topic. */
  let floors: Readonly<Record<string, Position>> = {};

  return {
    get version() {
      return version;
    },

    mark(topic, position, tags) {
      if (tags.length === 0) return;
      version += 1;
      const ofTopic = marks.get(topic) ?? new Map<string, Position>();
      marks.set(topic, ofTopic);
      for (const tag of tags) ofTopic.set(tag, position);
      if (ofTopic.size <= maxTags) return;
      floors = { ...floors, [topic]: position };
      marks.delete(topic);
    },

    distrustBefore(redisMs) {
      version += 1;
      trustedFromMs = Math.max(trustedFromMs, redisMs);
      floors = {};
      marks.clear();
    },

    isValid(asOf, tags) {
      if (asOf.redisMs < trustedFromMs) return false;
      for (const [topic, floor] of Object.entries(floors)) {
        const seen = asOf.positions[topic];
        if (seen === undefined || comparePositions(seen, floor) < 0) return false;
      }
      for (const [topic, ofTopic] of marks) {
        const seen = asOf.positions[topic];
        for (const tag of tags) {
          const marked = ofTopic.get(tag);
          if (marked !== undefined && (seen === undefined || comparePositions(seen, marked) < 0))
            return false;
        }
      }
      return true;
    },
  };
}
