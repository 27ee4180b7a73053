import type { PoolClient } from 'pg';
import type { Month } from './month.ts';

/** `timescale`: hypertable, compression, continuous aggregate. `native`: what every PostgreSQL can. */
export type StorageEngine = 'native' | 'timescale';

/** Where `loadMonth` lets a month's readings be copied to. */
export interface CopyTarget {
  /** Takes the columns of energy.reading; to be put into SQL as it is. */
  readonly table: string;
  /** Options of COPY beside the format, each with a comma before it. */
  readonly options: string;
}

/** What the engines do differently; tables, view, queries and rollups by day and month are the same on both. */
export interface Storage {
  readonly engine: StorageEngine;
  /** Whether writers keep energy.reading_hour in their transaction; else the database itself derives it. */
  readonly writersKeepHours: boolean;
  /** Before the first statement of a transaction that changes readings. */
  prepareToWrite(client: PoolClient): Promise<void>;
  /** Makes sure that readings of these months have a place. Has transactions of its own: call it outside of any. */
  makeRoom(months: readonly Month[]): Promise<void>;
  /**
   * Lets `copy` put readings of one month, none of them known yet, to where they go fastest, in the transaction of
   * `client`, whose only month this is.
   */
  loadMonth(client: PoolClient, month: Month, copy: (target: CopyTarget) => Promise<void>): Promise<void>;
  /**
   * After the commit of readings that cover less than an hour, `fromMs` to `toMs` (both included): resolves when
   * energy.hourly shows them.
   */
  refreshHours(fromMs: number, toMs: number): Promise<void>;
}
