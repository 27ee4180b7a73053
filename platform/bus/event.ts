/** A CloudEvents 1.0 event, before the bus gives it an id, a time and its place in the stream. */
export interface NewEvent<T = unknown> {
  /** `eaio.<domain>.<what-happened>.v<N>`; its data must fit `schema/events/<topic>/v<N>.json`. */
  readonly type: string;
  /** Who says so: `/subgraphs/energy`. */
  readonly source: string;
  /** What it is about, for example a building's id. */
  readonly subject?: string;
  /** Events of one key stay in order: they lie in one partition of the topic. Default the subject. */
  readonly key?: string;
  /** In place of a key: the partition itself, from `partitionOf`, for an event about many keys of one partition. */
  readonly partition?: number;
  /** Default a new UUID. Whoever may publish again gives the same, so that consumers know it. */
  readonly id?: string;
  /** RFC 3339; default now. */
  readonly time?: string;
  readonly data: T;
  /** Cache tags that this event makes stale, everywhere. */
  readonly tags?: readonly string[];
}

export interface BusEvent<T = unknown> {
  readonly specversion: '1.0';
  /** UUID, unique with `source`. */
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject?: string;
  /** The key by which it was placed (CloudEvents' partitioning extension). */
  readonly partitionkey?: string;
  /** RFC 3339. */
  readonly time: string;
  readonly data: T;
  readonly tags?: readonly string[];
}

/** Where an event stands in its stream; opaque to clients, ordered by `comparePositions`. */
export type Position = string;

/** Where an event was put. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly position: Position;
}

/** Events between were trimmed away or could not be held: `from` excluded, `to` included (RFC 3339). */
export interface Gap {
  /** Where reading goes on: behind it nothing is missing. */
  readonly position: Position;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export type Delivery =
  | { readonly kind: 'event'; readonly position: Position; readonly event: BusEvent }
  | ({ readonly kind: 'gap' } & Gap);
