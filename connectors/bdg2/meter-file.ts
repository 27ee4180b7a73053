import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { messageOf } from '../../platform/errors/facts.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import type { MeterFacts } from '../facts.ts';
import { countReadings, type MeterSeries } from '../meter-series.ts';
import type { Bdg2Building } from './building-row.ts';
import type { MeterFileRef } from './discover-files.ts';
import type { FaultLog } from './fault-log.ts';
import { readHeader } from './header.ts';
import { readMeterColumns } from './meter-columns.ts';
import { type Line, readLines } from './read-lines.ts';
import { createRowBuffer } from './row-buffer.ts';
import { createRowReader } from './row-reader.ts';

export interface OpenMeterFileOptions {
  readonly file: MeterFileRef;
  /** The metadata's buildings, by id. */
  readonly buildings: ReadonlyMap<string, Bdg2Building>;
  readonly faults: FaultLog;
  /** Only readings from this instant on, Unix milliseconds. */
  readonly fromMs?: number;
  /** Only readings before this instant, Unix milliseconds. */
  readonly toMs?: number;
  /** Readings in a batch, about. */
  readonly batchReadings?: number;
}

/** How far the reading of a file has come. */
export interface MeterFileProgress {
  readonly bytesTotal: number;
  /** Of the file as it lies there, packed or not. */
  readonly bytesRead: number;
  /** Handed out. */
  readonly readings: number;
  /** Empty cells: no reading was made, which is no fault. */
  readonly missing: number;
}

export interface MeterFile {
  /** The meters whose readings the file holds, known before any is read. */
  readonly meters: readonly MeterFacts[];
  /**
   * All readings in one pass: each batch meter by meter and, in hourly files, within one UTC month; months in order.
   * To be called once.
   */
  batches(): AsyncGenerator<readonly MeterSeries[]>;
  progress(): MeterFileProgress;
}

const intervalSeconds = 3600;

/**
 * Opens one of BDG2's wide meter files: `timestamp` in local wall-clock time, and a column a building.
 * Faults go to `faults` and cost only what `faultMeanings` says of them; a file that breaks off gives what it has.
 * Throws an OperatorError when there is no such file.
 */
export async function openMeterFile(options: OpenMeterFileOptions): Promise<MeterFile> {
  const {
    file: ref,
    buildings,
    faults,
    fromMs = -Infinity,
    toMs = Infinity,
    batchReadings = 250_000,
  } = options;
  const file = basename(ref.path);
  const { size } = await stat(ref.path).catch((error: unknown) => {
    throw new OperatorError(`${ref.path} cannot be read: ${messageOf(error)}`, { cause: error });
  });

  let bytesRead = 0;
  const countBytes = (bytes: number): void => {
    bytesRead += bytes;
  };
  const lines = readLines(ref.path, { onRead: countBytes });
  let lineNumber = 0;
  const nextLine = async (): Promise<Line | null> => {
    try {
      const next = await lines.next();
      if (next.done === true) return null;
      lineNumber = next.value.number;
      return next.value;
    } catch (error) {
      faults.add({ kind: 'UNREADABLE', file, line: lineNumber + 1, column: null, reason: messageOf(error) });
      return null;
    }
  };

  const header = readHeader(await nextLine());
  if (header.problem !== null)
    faults.add({ kind: 'BAD_HEADER', file, line: 1, column: null, reason: header.problem });
  const columns = readMeterColumns({ names: header.names, type: ref.type, buildings, file, faults });
  const buffer = createRowBuffer({
    columns: columns.loaded,
    width: columns.names.length,
    zones: columns.clocks.length,
    intervalSeconds,
    batchReadings,
  });
  const rows = createRowReader({ columns, buffer, file, faults, fromMs, toMs });
  let readings = 0;

  return {
    meters: columns.loaded.map(({ meterId, buildingId }) => ({
      id: meterId,
      buildingId,
      type: ref.type,
      intervalSeconds,
    })),
    async *batches() {
      const counted = function* (
        batches: Iterable<readonly MeterSeries[]>,
      ): Generator<readonly MeterSeries[]> {
        for (const batch of batches) {
          readings += countReadings(batch);
          yield batch;
        }
      };
      try {
        if (columns.loaded.length === 0) return;
        for (let line = await nextLine(); line !== null; line = await nextLine()) {
          rows.read(line);
          yield* counted(buffer.ripe());
        }
        yield* counted(buffer.rest());
      } finally {
        await lines.return(undefined);
      }
    },
    progress: () => ({ bytesTotal: size, bytesRead, readings, missing: rows.missing() }),
  };
}
