import type { Principal } from '../../../platform/identity/principal.ts';
import type { Logger } from '../../../platform/telemetry/logger.ts';
import type { BuildingFacts, MeterFacts, MeterSeries } from '../domain.ts';

/** What ingestion tells of itself; a pino logger fits. */
export type IngestionLog = Pick<Logger, 'info' | 'warn' | 'error'>;

/** One reading as somebody sent it: nothing in it is trusted, each field is checked. */
export interface ReadingInput {
  /** The meter's id. */
  readonly meterId: unknown;
  /** Start of the interval: a `Date`, or RFC 3339 text with its offset. Kept to the millisecond. */
  readonly time: unknown;
  /** A finite number, not negative, in the meter's unit. */
  readonly value: unknown;
  /** 1 to 86,400; null or absent for the meter's own. */
  readonly intervalSeconds?: unknown;
}

export const ingestErrorCodes = [
  'UNKNOWN_METER',
  'FORBIDDEN_METER',
  'NEGATIVE_VALUE',
  'NOT_A_NUMBER',
  'BAD_TIME',
  'BAD_INTERVAL',
  'FUTURE_TIME',
  'DUPLICATE_IN_REQUEST',
] as const;
export type IngestErrorCode = (typeof ingestErrorCodes)[number];

export interface IngestError {
  readonly code: IngestErrorCode;
  /** What is wrong, where, and how to mend it. */
  readonly message: string;
}

/** What became of one item. `ACCEPTED`: in the stream, and will be stored. `STORED`: new, or changed by it. */
export interface IngestItem {
  /** Place in the list sent, from 0. */
  readonly index: number;
  readonly status: 'ACCEPTED' | 'STORED' | 'UNCHANGED' | 'REJECTED';
  readonly error: IngestError | null;
}

export interface IngestResult {
  /** Safe in the stream, not stored yet. */
  readonly accepted: number;
  readonly stored: number;
  readonly unchanged: number;
  readonly rejected: number;
  /** One for each item, in the order sent. */
  readonly results: readonly IngestItem[];
}

/** Most items that `ingest` takes at once. */
export const maxIngestItems = 10_000;

/** Who sends readings: what may be sent, and the name that their origin gets. */
export type Sender = Pick<Principal, 'buildings' | 'subject'>;

export interface IngestOptions {
  /** How long the answer may wait for the readings to be in the table; default not at all. */
  readonly waitMs?: number | undefined;
}

/** The door for readings: what it accepts is safe in the stream, and will be stored. */
export interface Intake {
  /**
   * Checks readings and puts the good ones into the stream. Sending the same again changes nothing. An item is ACCEPTED, or
   * STORED when it was waited for and is in the table. A faulty item is a result, not an error.
   * @throws EaioError BAD_USER_INPUT when there is no item or more than `maxIngestItems`; PIPE_FULL with `retryAfterMs` when
   * the store is too far behind, DEPENDENCY_UNAVAILABLE without a stream: then none was accepted.
   */
  ingest(sender: Sender, items: readonly ReadingInput[], options?: IngestOptions): Promise<IngestResult>;
}

export interface BulkProgress {
  /** Readings that are in the database with their rollups. */
  readonly readings: number;
  /** Mean since the start. */
  readonly readingsPerSecond: number;
}

export interface BulkReport extends BulkProgress {
  readonly inserted: number;
  /** Known before with another value, interval or quality. */
  readonly updated: number;
  /** Known before as they are. */
  readonly unchanged: number;
  readonly elapsedMs: number;
}

export interface BulkOptions {
  /** Called after each piece of a load, some times a second at most. */
  readonly onProgress?: ((progress: BulkProgress) => void) | undefined;
  /** Ends the load; what is in the database by then stays there, rollups included. */
  readonly signal?: AbortSignal | undefined;
  /** Where the readings come from, for their lineage: `bdg2`. Default `history`. */
  readonly source?: string | undefined;
  /** The job's run, for their lineage. */
  readonly runId?: string | undefined;
}

/** The one way in which readings come into the store. */
export interface Ingestion extends AsyncDisposable {
  /**
   * Checks and stores readings, with their rollups; then tells the bus. A reading that is known as it is changes nothing.
   * @throws EaioError BAD_USER_INPUT when there is no item or more than `maxIngestItems`. A faulty item is a result, not an error.
   */
  ingest(principal: Sender, items: readonly ReadingInput[]): Promise<IngestResult>;
  /**
   * Adds buildings and takes over changed facts. When a building's zone changes, its days and months are made anew.
   * @throws OperatorError for a zone that PostgreSQL does not know.
   */
  registerBuildings(buildings: readonly BuildingFacts[]): Promise<void>;
  /**
   * Adds meters and takes over changed intervals.
   * @throws OperatorError for a meter of an unregistered building, or one that is known with another building or type.
   */
  registerMeters(meters: readonly MeterFacts[]): Promise<void>;
  /**
   * Loads history, and tells the bus at its end. The arrays become the loader's: don't write to them afterwards. Any
   * order of batches is right; fastest is a calendar month (UTC) of all meters after the other. Doing it twice changes
   * nothing; broken off, it can be begun again.
   * @throws OperatorError for a series of an unregistered meter, or with a time or value that can't be.
   */
  bulk(batches: AsyncIterable<readonly MeterSeries[]>, options?: BulkOptions): Promise<BulkReport>;
  /** Makes the rollups that an interrupted load left unmade; resolves with the number of spans. Call it at service start. */
  settleRollups(): Promise<number>;
  /** Start of each meter's newest reading, Unix ms, by meter id; meters without any are absent. Where a live source goes on. */
  latestTimes(): Promise<ReadonlyMap<string, number>>;
  /** Where each meter's stored readings end, Unix ms, by meter id: the newest's start and its interval. Where a source goes on that sends other intervals than before. */
  storedUntil(): Promise<ReadonlyMap<string, number>>;
}
