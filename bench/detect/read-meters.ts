import { knownCorrections } from '../../connectors/bdg2/corrections.ts';
import { discoverFiles } from '../../connectors/bdg2/discover-files.ts';
import { createFaultLog } from '../../connectors/bdg2/fault-log.ts';
import { openMeterFile } from '../../connectors/bdg2/meter-file.ts';
import { readMetadata } from '../../connectors/bdg2/read-metadata.ts';

/** Two years of a real meter, hour by hour. */
export interface RealMeter {
  readonly id: string;
  readonly timeZone: string;
  /** Starts of the hours, Unix ms, ascending. */
  readonly timesMs: Float64Array;
  /** kWh. */
  readonly values: Float64Array;
}

/** The electricity meters of BDG2 files, in the order of their ids, on their sites' true clocks. */
export async function readMeters(dir: string): Promise<readonly RealMeter[]> {
  const faults = createFaultLog();
  const files = await discoverFiles(dir);
  const { buildings } = await readMetadata({ path: files.metadata, faults, corrections: knownCorrections });
  const parts = new Map<
    string,
    { readonly timeZone: string; readonly times: number[]; readonly values: number[] }
  >();
  for (const file of files.meters) {
    const meterFile = await openMeterFile({ file, buildings, faults });
    const zones = new Map(
      meterFile.meters.map(({ id, buildingId }) => [id, buildings.get(buildingId)?.timeZone]),
    );
    for await (const batch of meterFile.batches())
      for (const { meterId, timesMs, values } of batch) {
        const part = parts.get(meterId) ?? { timeZone: zones.get(meterId) ?? 'UTC', times: [], values: [] };
        parts.set(meterId, part);
        part.times.push(...timesMs);
        part.values.push(...values);
      }
  }
  return [...parts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { timeZone, times, values }]) => ({
      id,
      timeZone,
      timesMs: Float64Array.from(times),
      values: Float64Array.from(values),
    }));
}
