import type { PoolClient } from 'pg';
import type { MeterType } from '../domain.ts';
import type { ReadingColumns } from './columns.ts';

/** In `qualities` of a judged batch beside the codes of `Quality`: the reading is set aside, not stored. */
export const rejected = 255;

/** A meter of a batch, and which rows of its columns are its own. */
export interface VeeMeter {
  readonly meterNo: number;
  readonly id: string;
  readonly type: MeterType;
  /** IANA. */
  readonly timeZone: string;
  /** The meter's usual interval. */
  readonly intervalSeconds: number;
  readonly firstRow: number;
  /** Excluded. */
  readonly endRow: number;
}

/** What one partition of the stream brings next. */
export interface VeeBatch {
  readonly topic: string;
  readonly partition: number;
  /** Meter by meter, each meter's readings in the order in which they came: repetitions are all there. */
  readonly columns: ReadingColumns;
  readonly meters: readonly VeeMeter[];
  /** When each row's event came in, Unix ms. */
  readonly receivedAtMs: Float64Array;
}

/** Readings that are stored and are to be judged otherwise now. `toMs` is excluded. */
export interface Rejudged {
  readonly meterNo: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** A code of `Quality`, or `rejected`: then they are set aside. */
  readonly quality: number;
  /** 0 for none. */
  readonly rule: number;
}

/**
 * Validation of readings on their way into the store. It may remember each meter's readings as long as its partition stays
 * with this process; what must outlive that goes into the database in the transaction of the readings (`client`), not
 * necessarily each time: what was stored since can be read back.
 */
export interface Vee {
  /** Changes when the rules do; readings name it by their origin. */
  readonly rulesVersion: string;
  /** Writes verdict and rule of each row into `columns.qualities` and `columns.rules`, before any is stored. */
  judge(batch: VeeBatch, client: PoolClient): Promise<{ readonly rejudged: readonly Rejudged[] }>;
  /** The partition's readings since the last commit were rolled back, or another process had the partition: what is remembered of it is worth nothing. */
  forget(topic: string, partition: number): void;
}

/** Takes every reading for good. */
export const noValidation: Vee = {
  rulesVersion: 'none',
  judge: async () => ({ rejudged: [] }),
  forget: () => undefined,
};
