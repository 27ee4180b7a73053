import type { ClientBase } from 'pg';
import type { BusEvent, Gap, Position } from '../event.ts';

/** Where a group's work comes from. `live` is the topic itself; `again` is what it is given once more: dead letters, replays. */
export type Lane = 'live' | 'again';

/** One partition of a topic for one group: what a lease is held on, and what has a position. */
export interface Seat {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly lane: Lane;
}

/** How far a group has come in a partition: behind which entry, and how many entries of the stream that is in all. */
export interface Mark {
  readonly position: Position;
  readonly count: number;
}

/** An event as consumers get it: in the newest version of its type, with its place. */
export interface ConsumedEvent<T = unknown> extends BusEvent<T> {
  readonly position: Position;
}

/** Consecutive events of one partition, in order. */
export interface Batch<T = unknown> extends Seat {
  readonly events: readonly ConsumedEvent<T>[];
  /** Where the group stands before this batch, and where behind it. `0-0` is before everything. */
  readonly previous: Position;
  readonly last: Position;
  /** What is missing before the first event: trimmed away past the hard limit, or lost with Redis. Null almost always. */
  readonly gap: Gap | null;
  /** 1 at first, 2 when it is tried again, ... */
  readonly attempt: number;
  /** Rises each time that the partition changes hands: what guards foreign stores against a worker that lost it and does not know. */
  readonly epoch: number;
  /** Aborts when the partition was lost to another worker, or the stop can wait no longer. */
  readonly signal: AbortSignal;
  /**
   * With positions in PostgreSQL: moves the group behind this batch in the caller's transaction, so that effect and
   * position stand or fall together. Not called: the position moves by itself when `handle` has resolved (at least once).
   * @throws PositionMoved when another worker moved it: roll back, the batch is that one's. Error with positions in Redis.
   */
  commitIn(client: ClientBase): Promise<void>;
}

/** Keeps positions where a group's effects are. `postgresPositions(pool)` is one; the bus has Redis' own. */
export interface PositionStore {
  /** The mark of a seat; `initial` becomes it when there is none yet. */
  open(seat: Seat, initial: Mark): Promise<Mark>;
  /** @throws PositionMoved unless the seat still stands at `from`. In the caller's transaction when there is one. */
  move(seat: Seat, from: Mark, to: Mark, client?: ClientBase): Promise<void>;
}

/** Another worker has moved the group on: this one has lost the partition, and what it did about the batch must not count. */
export class PositionMoved extends Error {
  constructor({ group, topic, partition }: Seat) {
    super(`The position of ${group} in ${topic}/${partition} was moved by another worker.`);
    this.name = 'PositionMoved';
  }
}

/** How a failing handler is tried again. The pause doubles from `firstPauseMs` to `maxPauseMs`, each with full jitter. */
export interface RetryPolicy {
  /** Before an event is given up into the dead letters. Failures of what we stand on (no database) do not count. Default 5. */
  readonly attempts?: number;
  /** Default 200 ms. */
  readonly firstPauseMs?: number;
  /** Default 10,000 ms. */
  readonly maxPauseMs?: number;
}

export interface ConsumeOptions {
  /** Who reads: each group sees every event, its workers share them. `[a-z][a-z0-9-]*`. */
  readonly group: string;
  readonly topics: readonly string[];
  /** `redis`: XREADGROUP and XACK, at least once. `postgresPositions(pool)`: exactly once in effect, by `batch.commitIn`. */
  readonly positions: 'redis' | PositionStore;
  /**
   * Resolves when the batch's effect is there. A failure is tried again; then the batch is halved down to the event that
   * fails, which goes to the dead letters, and the others go on. Calls of one partition never overlap.
   */
  handle(batch: Batch): Promise<void>;
  /** Events in a batch at most. Default 256. */
  readonly maxBatch?: number;
  /** Where a group begins that is new to a topic. Default `beginning`. */
  readonly from?: 'beginning' | 'now';
  /** Batches handled side by side, in each class of priority. Default 4. */
  readonly concurrency?: number;
  readonly retry?: RetryPolicy;
  /** A worker that says nothing for this long has lost its partitions. Default 5,000 ms. */
  readonly leaseMs?: number;
  /** How long a batch that runs may take to end when the consumer is stopped. Default 10,000 ms. */
  readonly stopMs?: number;
}

/** A worker of a group. Disposing it ends the running batches, and hands its partitions over at once. */
export interface Consumer extends AsyncDisposable {
  readonly worker: string;
  /** Partitions that it holds now. */
  owned(): readonly { readonly topic: string; readonly partition: number }[];
}
