import type { ReadingColumns } from '../columns.ts';
import type { Rows } from './rows.ts';

/**
 * PostgreSQL's binary COPY format (manual of COPY, "Binary Format") for the columns below: no text is made or parsed,
 * and no object a row, so that one core encodes tens of millions of readings a second.
 */
export const copyColumns = 'meter_no, interval_s, time, value, quality, rule, origin';

const header = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const trailer = Buffer.from([0xff, 0xff]);

/** Field count; then each field behind its length: int4, int4, int8 (microseconds since 2000), float8, int2, int2, int4. */
const mostRowBytes = 2 + (4 + 4) + (4 + 4) + (4 + 8) + (4 + 8) + (4 + 2) + (4 + 2) + (4 + 4);
const epochMs = Date.UTC(2000, 0, 1);
const chunkRows = 5_000;
const good = 0;
/** No rule has number 0: where there is one in place of a rule, the column is null. */
const noRule = 0;

/** The bytes of a whole COPY, in chunks of some 300 kB: measured readings that one job brought. */
export function* encodeCopy(all: Iterable<Rows>, origin: number): Generator<Buffer> {
  yield header;
  for (const { meterNo, intervalSeconds, timesMs, values } of all) {
    for (let from = 0; from < timesMs.length; from += chunkRows) {
      yield encode(from, Math.min(from + chunkRows, timesMs.length), (row, write) =>
        write(meterNo, intervalSeconds, timesMs[row] ?? 0, values[row] ?? 0, good, noRule, origin),
      );
    }
  }
  yield trailer;
}

/** The same of readings as columns, `from` to `to` (excluded). */
export function* encodeColumns(columns: ReadingColumns, first = 0, end = columns.length): Generator<Buffer> {
  const { meterNos, intervals, timesMs, values, qualities, rules, origins } = columns;
  yield header;
  for (let from = first; from < end; from += chunkRows) {
    yield encode(from, Math.min(from + chunkRows, end), (row, write) =>
      write(
        meterNos[row] ?? 0,
        intervals[row] ?? 0,
        timesMs[row] ?? 0,
        values[row] ?? 0,
        qualities[row] ?? good,
        rules[row] ?? noRule,
        origins[row] ?? 0,
      ),
    );
  }
  yield trailer;
}

type WriteRow = (
  meterNo: number,
  intervalSeconds: number,
  timeMs: number,
  value: number,
  quality: number,
  rule: number,
  origin: number,
) => void;

function encode(from: number, to: number, row: (row: number, write: WriteRow) => void): Buffer {
  const bytes = Buffer.allocUnsafeSlow((to - from) * mostRowBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const write: WriteRow = (meterNo, intervalSeconds, timeMs, value, quality, rule, origin) => {
    const microseconds = (timeMs - epochMs) * 1_000;
    const high = Math.floor(microseconds / 2 ** 32);
    view.setInt16(at, 7);
    view.setInt32(at + 2, 4);
    view.setInt32(at + 6, meterNo);
    view.setInt32(at + 10, 4);
    view.setInt32(at + 14, intervalSeconds);
    view.setInt32(at + 18, 8);
    view.setInt32(at + 22, high);
    view.setUint32(at + 26, microseconds - high * 2 ** 32);
    view.setInt32(at + 30, 8);
    view.setFloat64(at + 34, value);
    view.setInt32(at + 42, 2);
    view.setInt16(at + 46, quality);
    at += 48;
    if (rule === noRule) {
      view.setInt32(at, -1);
      at += 4;
    } else {
      view.setInt32(at, 2);
      view.setInt16(at + 4, rule);
      at += 6;
    }
    view.setInt32(at, 4);
    view.setInt32(at + 4, origin);
    at += 8;
  };
  for (let index = from; index < to; index += 1) row(index, write);
  return bytes.subarray(0, at);
}
