import { EaioError } from '../../../platform/errors/eaio-error.ts';
import type { MeterType } from '../domain.ts';
import { findBuildings } from '../store/buildings.ts';
import type { Database, Grant } from '../store/database.ts';
import { readWindows } from '../store/pulse.ts';
import { instantsOf } from '../time/buckets.ts';
import { addDays } from '../time/local-date.ts';
import { localDateAt } from '../time/zone.ts';
import { createPulse, type Pulse } from './pulse.ts';

export interface LoadPulseOptions {
  readonly db: Database;
  readonly grant: Grant;
  readonly buildingId: string;
  readonly type: MeterType;
}

const earlierWeeks = 8;

/**
 * A building's pulse from the database, by two statements.
 * @throws EaioError NOT_FOUND when there is no such building or it may not be seen, BAD_USER_INPUT when it has no such meter.
 */
export async function loadPulse({ db, grant, buildingId, type }: LoadPulseOptions): Promise<Pulse> {
  const [building] = await findBuildings(db, grant, [buildingId]);
  if (building === undefined)
    throw new EaioError('NOT_FOUND', `There is no building ${buildingId} that you may see.`);
  const meters = building.meters.filter((meter) => meter.type === type);
  if (meters.length === 0) {
    const types = [...new Set(building.meters.map((meter) => meter.type))].join(', ') || 'none';
    throw new EaioError(
      'BAD_USER_INPUT',
      `${buildingId} has no ${type} meter. The types of its meters are: ${types}.`,
    );
  }
  const zone = building.timeZone;
  const base = { buildingId, type, zone, meterIds: meters.map(({ id }) => id) };
  const asOfMs = Math.max(...meters.map(({ lastReadingAt }) => lastReadingAt?.getTime() ?? -Infinity));
  if (asOfMs === -Infinity) return createPulse({ ...base, days: [] });
  const newest = localDateAt(asOfMs, zone);
  const days = Array.from({ length: earlierWeeks + 1 }, (_, week) => {
    const date = addDays(newest, -7 * week);
    return { date, ...instantsOf({ from: date, to: date }, zone) };
  });
  const readings = await readWindows(
    db,
    grant,
    meters.map(({ meterNo }) => meterNo),
    days,
  );
  const byDay = Map.groupBy(readings, ({ window }) => window);
  return createPulse({
    ...base,
    days: days.map((day, index) => ({ ...day, readings: byDay.get(index) ?? [] })),
  });
}
