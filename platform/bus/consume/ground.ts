import type { RedisConnection } from '../../redis/redis.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { DeadLetters } from '../dead/dead-letters.ts';
import type { Topic } from '../define-topics.ts';
import type { Groups } from '../groups.ts';
import type { Layouts } from '../layouts.ts';
import type { Marks } from '../marks.ts';
import type { BusMetrics } from '../metrics.ts';
import type { RawEntry } from '../stream-log.ts';
import type { Wakes } from '../wakes.ts';
import type { Decoded } from './decode.ts';

/** What all consumers of a bus stand on. */
export interface ConsumerGround {
  readonly redis: RedisConnection;
  readonly layouts: Layouts;
  readonly marks: Marks;
  readonly groups: Groups;
  readonly wakes: Wakes;
  readonly deadLetters: DeadLetters;
  readonly topic: (name: string) => Topic;
  /** Whether this process knows the version of a type. */
  readonly knows: (type: string) => boolean;
  readonly decode: (entry: RawEntry) => Decoded;
  readonly metrics: BusMetrics;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}
