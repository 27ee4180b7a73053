import { type MeterType, meterIdOf } from '../facts.ts';
import { createZoneOffsets } from '../zone-offsets.ts';
import type { Bdg2Building } from './building-row.ts';
import type { FaultLog } from './fault-log.ts';
import { createLocalClock, type LocalClock } from './local-clock.ts';
import type { LoadedColumn } from './row-buffer.ts';

export interface MeterColumns {
  /** Names by their places in a row; the timestamp's is not among them. */
  readonly names: readonly string[];
  readonly loaded: readonly (LoadedColumn & { readonly buildingId: string })[];
  /** One for each zone that the loaded columns are in. */
  readonly clocks: readonly LocalClock[];
}

export interface MeterColumnsOptions {
  /** The header's cells after the timestamp's. */
  readonly names: readonly string[];
  readonly type: MeterType;
  readonly buildings: ReadonlyMap<string, Bdg2Building>;
  readonly file: string;
  readonly faults: FaultLog;
}

/** Which columns of a meter file belong to which meter, and in whose zone their stamps are. */
export function readMeterColumns({
  names,
  type,
  buildings,
  file,
  faults,
}: MeterColumnsOptions): MeterColumns {
  const loaded: (LoadedColumn & { readonly buildingId: string })[] = [];
  const zoneNames: string[] = [];
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    const building = buildings.get(name);
    if (building === undefined) {
      const reason = `column ${index + 2}: no building "${name}" in the metadata`;
      faults.add({ kind: 'UNKNOWN_BUILDING', file, line: 1, column: name, reason });
      continue;
    }
    if (seen.has(name)) {
      faults.add({
        kind: 'DUPLICATE_COLUMN',
        file,
        line: 1,
        column: name,
        reason: `column ${index + 2}: ${name} is there already`,
      });
      continue;
    }
    seen.add(name);
    if (!zoneNames.includes(building.timeZone)) zoneNames.push(building.timeZone);
    loaded.push({
      meterId: meterIdOf(name, type),
      buildingId: name,
      index,
      zone: zoneNames.indexOf(building.timeZone),
    });
  }
  return { names, loaded, clocks: zoneNames.map((zone) => createLocalClock(createZoneOffsets(zone))) };
}
