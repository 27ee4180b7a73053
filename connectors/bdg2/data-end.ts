import { basename } from 'node:path';
import type { Bdg2Building } from './building-row.ts';
import type { MeterFileRef } from './discover-files.ts';
import { createFaultLog } from './fault-log.ts';
import { readHeader } from './header.ts';
import { readMeterColumns } from './meter-columns.ts';
import { readLines } from './read-lines.ts';
import { readTimestamp } from './read-timestamp.ts';

const hourMs = 3_600_000;
const stampBytes = 19;

/**
 * Where the files' data end: the end of the last row's hour, in the zone where it is latest; Unix milliseconds.
 * -Infinity when no file has a row. Passes over the files once, looking at nothing but line ends and stamps.
 */
export async function findDataEnd(
  files: readonly MeterFileRef[],
  buildings: ReadonlyMap<string, Bdg2Building>,
): Promise<number> {
  const ends = await Promise.all(files.map((file) => endOf(file, buildings)));
  return Math.max(-Infinity, ...ends);
}

async function endOf(file: MeterFileRef, buildings: ReadonlyMap<string, Bdg2Building>): Promise<number> {
  let header = readHeader(null);
  let lastLocalMs = Number.NEGATIVE_INFINITY;
  try {
    for await (const line of readLines(file.path)) {
      if (line.number === 1) header = readHeader(line);
      const localMs = readTimestamp(line.bytes, line.from, Math.min(line.to, line.from + stampBytes));
      if (localMs > lastLocalMs) lastLocalMs = localMs;
    }
  } catch {
    // A file that breaks off ends where it breaks off; whoever reads its values reports it.
  }
  const faults = createFaultLog({ detailsPerKind: 0 });
  const { clocks } = readMeterColumns({
    names: header.names,
    type: file.type,
    buildings,
    file: basename(file.path),
    faults,
  });
  if (lastLocalMs === -Infinity) return -Infinity;
  const instants = clocks.flatMap((clock) => {
    const time = clock.instantOf(lastLocalMs);
    return time.kind === 'instant' ? [time.utcMs + hourMs] : [];
  });
  return Math.max(-Infinity, ...instants);
}
