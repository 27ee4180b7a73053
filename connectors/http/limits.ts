/** How much one request may bring, and how many may be under way. */
export interface IngestLimits {
  /** Bytes of a JSON body, unpacked. */
  readonly maxJsonBytes: number;
  /** Readings in a JSON body. */
  readonly maxJsonItems: number;
  /** Bytes of an NDJSON body, unpacked. */
  readonly maxNdjsonBytes: number;
  /** Bytes of one line; a longer one is refused, the others are not. */
  readonly maxLineBytes: number;
  /** Lines that are stored together. */
  readonly batchLines: number;
  /** Refused lines of which an NDJSON answer tells the reason; all are counted. */
  readonly maxRejections: number;
  /** Requests that are read and stored at once; more are told to come back. */
  readonly maxConcurrent: number;
  /** How long the rest of a refused body is read and thrown away, so that its sender sees the answer; then the connection ends. */
  readonly lingerMs: number;
}

export const defaultLimits: IngestLimits = {
  maxJsonBytes: 4 * 1024 * 1024,
  maxJsonItems: 10_000,
  maxNdjsonBytes: 1024 * 1024 * 1024,
  maxLineBytes: 16 * 1024,
  batchLines: 5_000,
  maxRejections: 1_000,
  maxConcurrent: 32,
  lingerMs: 5_000,
};
