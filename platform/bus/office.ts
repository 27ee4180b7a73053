import type { RedisConnection } from '../redis/redis.ts';
import { createDeadLetters, type DeadLetters } from './dead/dead-letters.ts';
import { type Topic, type Topics, topicOf } from './define-topics.ts';
import type { EventSchemas } from './event-schemas.ts';
import { createGroups, type Groups } from './groups.ts';
import { createLayouts, type Layouts } from './layouts.ts';
import { createMarks, type Marks } from './marks.ts';

/** What is known of the bus besides its events: read and changed by the bus itself and by whoever looks after it. */
export interface Office {
  /** Names of all topics: declared, or with a schema. */
  readonly topics: readonly string[];
  topic(name: string): Topic;
  readonly layouts: Layouts;
  readonly marks: Marks;
  readonly groups: Groups;
  readonly deadLetters: DeadLetters;
}

export function createOffice(options: {
  readonly redis: RedisConnection;
  readonly schemas: Pick<EventSchemas, 'topics'>;
  readonly topics: Topics;
  /** Entries that a topic keeps that is not declared. */
  readonly maxLength: number;
}): Office {
  const { redis, schemas, topics, maxLength } = options;
  const topic = (name: string): Topic =>
    topics[name] ??
    Object.assign(topicOf(name), {
      hardLimit: maxLength,
      maxBacklog: Number.POSITIVE_INFINITY,
      retention: { maxAgeMs: Number.POSITIVE_INFINITY, maxEntries: maxLength },
    });
  const layouts = createLayouts({ redis, topic });
  const marks = createMarks(redis);
  return {
    topics: [...new Set([...Object.keys(topics), ...schemas.topics])].toSorted(),
    topic,
    layouts,
    marks,
    groups: createGroups({ redis, layouts, marks }),
    deadLetters: createDeadLetters({ redis }),
  };
}
