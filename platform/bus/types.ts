/** A CloudEvents 1.0 event, before the bus gives it an id, a time and its place in the stream. */
export interface NewEvent<T = unknown> {
  /** `eaio.<domain>.<what-happened>.v<N>`; its data must fit `schema/events/<topic>/v<N>.json`. */
  readonly type: string;
  /** Who says so: `/subgraphs/energy`. */
  readonly source: string;
  /** What it is about, for example a building's id. */
  readonly subject?: string;
  readonly data: T;
  /** Cache tags that this event makes stale, everywhere. */
  readonly tags?: readonly string[];
}

export interface BusEvent<T = unknown> extends NewEvent<T> {
  readonly specversion: '1.0';
  /** UUID, unique with `source`. */
  readonly id: string;
  /** RFC 3339. */
  readonly time: string;
}

/** Where an event stands in its stream; opaque to clients, ordered by `comparePositions`. */
export type Position = string;

export type Delivery =
  | { readonly kind: 'event'; readonly position: Position; readonly event: BusEvent }
  /** Events between were trimmed away or could not be held: `from` excluded, `to` included (RFC 3339). */
  | {
      readonly kind: 'gap';
      readonly position: Position;
      readonly from: string;
      readonly to: string;
      readonly reason: string;
    };

/** The event bus. One stream a topic; the topic is the type without `eaio.` and version. */
export interface Bus extends AsyncDisposable {
  /**
   * Checks every event against its schema, then appends them in order. Resolves when Redis has them; a rejection does not
   * mean that none arrived: publishing again delivers at least once.
   * @throws EventFault when one does not fit (none is published); EaioError DEPENDENCY_UNAVAILABLE when Redis does not answer.
   */
  publish(events: readonly NewEvent[]): Promise<readonly Position[]>;
  /**
   * Follow a topic: from behind `after`, else from now on. All followers of a process share one Redis read.
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
