/** Something that should be equal and is not. */
export interface Difference {
  /** `HOUR`, `DAY`, `MONTH`: a rollup is not what its readings add up to. `MISSING`: the stream brought a reading that is not stored. `STALE`: an older value than the stream's last is stored. */
  readonly kind: 'HOUR' | 'DAY' | 'MONTH' | 'MISSING' | 'STALE';
  readonly meterNo: number;
  readonly meterId: string;
  /** Start of the bucket or of the reading, Unix ms. */
  readonly atMs: number;
  /** End of the bucket, Unix ms; excluded. */
  readonly toMs: number;
  /** Of the stream, where it is about the stream. */
  readonly partition: number | null;
}

export interface Span {
  /** Start of readings' intervals, Unix ms, included. */
  readonly fromMs: number;
  /** Excluded. */
  readonly toMs: number;
}
