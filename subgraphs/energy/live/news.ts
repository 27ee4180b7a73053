import type { Delivery } from '../../../platform/bus/types.ts';
import type { MeterType } from '../domain.ts';
import type { PulseReading } from './pulse.ts';
import { readingsOf } from './stored-readings.ts';

/** More readings than these waiting are dropped, and told as missed. */
const mostWaiting = 5_000;

/** Readings of one building and type that wait to be looked at. */
export interface News {
  /** Resolves with true as soon as something waits, with false when nothing will come any more; rejects when the bus failed. */
  arrived(): Promise<boolean>;
  /** What waits, which then waits no longer. `missed`: some readings were lost on the way. */
  take(): { readonly readings: readonly PulseReading[]; readonly missed: boolean };
}

/** Reads deliveries as they come, whether or not anyone is ready for them, and keeps those of one building and type. */
export function collectNews(
  deliveries: AsyncIterable<Delivery>,
  wanted: { readonly buildingId: string; readonly type: MeterType },
): News {
  let readings: PulseReading[] = [];
  let missed = false;
  let wake = (): void => undefined;

  const add = (delivery: Delivery): void => {
    if (delivery.kind === 'gap') {
      missed = true;
    } else {
      for (const { buildingId, type, time, ...reading } of readingsOf(delivery)) {
        if (buildingId === wanted.buildingId && type === wanted.type)
          readings.push({ ...reading, timeMs: Date.parse(time) });
      }
    }
    if (readings.length > mostWaiting) {
      readings = [];
      missed = true;
    }
  };
  const waits = () => missed || readings.length > 0;

  const pump = async (): Promise<false> => {
    for await (const delivery of deliveries) {
      add(delivery);
      if (waits()) wake();
    }
    return false;
  };
  const ended = pump();
  // Nobody may be waiting when the bus fails: whoever asks next is told.
  ended.catch(() => undefined);

  return {
    arrived() {
      if (waits()) return Promise.resolve(true);
      const woken = new Promise<true>((resolve) => {
        wake = () => resolve(true);
      });
      return Promise.race([woken, ended]);
    },
    take() {
      const taken = { readings, missed };
      readings = [];
      missed = false;
      return taken;
    },
  };
}
