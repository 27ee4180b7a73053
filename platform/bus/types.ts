import type { ConsumeOptions, Consumer } from './consume/types.ts';
import type { Delivery, NewEvent, Place, Position } from './event.ts';

export type * from './event.ts';

/** The event bus. One stream a partition of a topic; the topic is the type without `eaio.` and version. */
export interface Bus extends AsyncDisposable {
  /**
   * Checks every event against its schema, then appends them, in order within each partition. Resolves when Redis has
   * them; a rejection does not mean that none arrived: publishing again delivers at least once.
   * @throws EventFault when one does not fit (none is published); EaioError PIPE_FULL with `retryAfterMs` when a registered
   * group is too far behind (none is published), DEPENDENCY_UNAVAILABLE when Redis does not answer.
   */
  publish(events: readonly NewEvent[]): Promise<readonly Place[]>;
  /** The partitions in which events of these keys lie now: for one event about many keys of one partition. */
  partitionsOf(topic: string, keys: readonly string[]): Promise<readonly number[]>;
  /**
   * Makes this process a worker of a group: partitions are shared fairly among the group's workers by leases, one that
   * dies is followed within `leaseMs` and a second, one that stops at once. The group is registered: nothing that it has
   * not read is trimmed, and `publish` pushes back when it is too far behind.
   */
  consume(options: ConsumeOptions): Consumer;
  /**
   * Follow a topic of one partition: from behind `after`, else from now on. All followers of a process share one Redis read.
   * A follower that falls more than `maxQueued` behind reads on from Redis at its own pace: it misses nothing that the
   * stream still holds, and gets a gap in place of what was trimmed away or lost. A gap may hold nothing after all; what
   * was missed is always in one. Ends when the signal aborts or the bus is closed; never rejects while Redis is away.
   * @throws EaioError BAD_USER_INPUT when `after` is no position.
   */
  follow(
    topic: string,
    options: { after?: Position | undefined; signal: AbortSignal; maxQueued?: number },
  ): AsyncIterableIterator<Delivery>;
  /**
   * Where the newest event that Redis has of the topic stands (trimmed away or not); null when there never was one.
   * A follower that has been given this position has seen everything that was acknowledged before the call.
   */
  head(topic: string): Promise<Position | null>;
}
