import type { MeterSeries } from '../meter-series.ts';
import type { Bdg2Building } from './building-row.ts';
import type { MeterFileRef } from './discover-files.ts';
import { createFaultLog } from './fault-log.ts';
import { openMeterFile } from './meter-file.ts';

export interface HeldBackOptions {
  readonly files: readonly MeterFileRef[];
  readonly buildings: ReadonlyMap<string, Bdg2Building>;
  readonly fromMs: number;
  /** Start of each meter's newest stored reading; what is not newer is left out. */
  readonly latestMs: ReadonlyMap<string, number>;
  readonly signal: AbortSignal;
}

/** Readings by the hour, earliest first. Holds 30 days of all of BDG2's meters in some 50 MB. */
export interface HeldBack {
  /** The end of the newest reading that the store has of these files' meters, or where the hold-back begins. */
  readonly storeEndMs: number;
  /** When the next hour is over; null at the end. */
  nextDueMs(): number | null;
  /** The readings of the hours that are over at `nowMs`, at most `hours` hours, as one series a meter. */
  take(nowMs: number, hours: number): readonly MeterSeries[];
}

interface Hour {
  readonly timeMs: number;
  readonly meterIds: string[];
  readonly values: number[];
}

const intervalSeconds = 3600;
const intervalMs = intervalSeconds * 1000;

/** From when on the import holds readings back for the replay: both ask here, so that they agree. */
export function holdBackStartMs(dataEndMs: number, days = 30): number {
  return dataEndMs - days * 86_400_000;
}

export async function loadHeldBack({
  files,
  buildings,
  fromMs,
  latestMs,
  signal,
}: HeldBackOptions): Promise<HeldBack> {
  const byTime = new Map<number, Hour>();
  // The import has reported the faults; what it left out is left out here.
  const faults = createFaultLog({ detailsPerKind: 0 });
  let storeEndMs = fromMs;
  for (const file of files) {
    const meterFile = await openMeterFile({ file, buildings, faults, fromMs });
    for (const { id } of meterFile.meters)
      storeEndMs = Math.max(storeEndMs, (latestMs.get(id) ?? -Infinity) + intervalMs);
    for await (const batch of meterFile.batches()) {
      if (signal.aborted) break;
      for (const { meterId, timesMs, values } of batch) {
        const latest = latestMs.get(meterId) ?? -Infinity;
        for (const [index, timeMs] of timesMs.entries()) {
          if (timeMs <= latest) continue;
          let hour = byTime.get(timeMs);
          if (hour === undefined) {
            hour = { timeMs, meterIds: [], values: [] };
            byTime.set(timeMs, hour);
          }
          hour.meterIds.push(meterId);
          hour.values.push(values[index] as number);
        }
      }
    }
  }
  const hours = [...byTime.values()].sort((a, b) => a.timeMs - b.timeMs);
  let next = 0;
  return {
    storeEndMs,
    nextDueMs() {
      const hour = hours[next];
      return hour === undefined ? null : hour.timeMs + intervalMs;
    },
    take(nowMs, most) {
      const due = hours.slice(next, next + most).filter((hour) => hour.timeMs + intervalMs <= nowMs);
      next += due.length;
      return byMeter(due);
    },
  };
}

function byMeter(hours: readonly Hour[]): readonly MeterSeries[] {
  const columns = new Map<string, { timesMs: number[]; values: number[] }>();
  for (const hour of hours) {
    for (const [index, meterId] of hour.meterIds.entries()) {
      let column = columns.get(meterId);
      if (column === undefined) {
        column = { timesMs: [], values: [] };
        columns.set(meterId, column);
      }
      column.timesMs.push(hour.timeMs);
      column.values.push(hour.values[index] as number);
    }
  }
  return [...columns].map(([meterId, { timesMs, values }]) => ({
    meterId,
    timesMs: Float64Array.from(timesMs),
    values: Float64Array.from(values),
    intervalSeconds,
  }));
}
