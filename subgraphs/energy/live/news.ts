import type { Delivery } from '../../../platform/bus/types.ts';
import type { MeterType } from '../domain.ts';
import type { PulseReading } from './pulse.ts';
import { buildingsOf, readingsOf } from './topics.ts';

/** More readings than these waiting are dropped, and told as missed. */
const mostWaiting = 5_000;

export interface NewsOptions {
  readonly buildingId: string;
  readonly type: MeterType;
  /** Deliveries of the two topics. */
  readonly stored: AsyncIterable<Delivery>;
  readonly history: AsyncIterable<Delivery>;
}

/** Readings of one building and type that wait to be looked at. */
export interface News {
  /** Resolves with true as soon as something waits, with false when nothing will come any more; rejects when the bus failed. */
  arrived(): Promise<boolean>;
  /** What waits, which then waits no longer. `missed`: there were others, that are only in the database. */
  take(): { readonly readings: readonly PulseReading[]; readonly missed: boolean };
}

/** Reads deliveries as they come, whether or not anyone is ready for them, and keeps those that concern. */
export function collectNews({ buildingId, type, stored, history }: NewsOptions): News {
  let readings: PulseReading[] = [];
  let missed = false;
  let ended: { readonly error?: unknown } | undefined;
  let waiter: PromiseWithResolvers<boolean> | undefined;
  const waits = () => missed || readings.length > 0;

  const pump = async (
    deliveries: AsyncIterable<Delivery>,
    add: (delivery: Delivery & { kind: 'event' }) => void,
  ) => {
    for await (const delivery of deliveries) {
      if (delivery.kind === 'gap') missed = true;
      else add(delivery);
      if (waits()) waiter?.resolve(true);
    }
  };
  const addReadings = (delivery: Delivery & { kind: 'event' }): void => {
    for (const { buildingId: of, type: kind, time, ...reading } of readingsOf(delivery)) {
      if (of === buildingId && kind === type) readings.push({ ...reading, timeMs: Date.parse(time) });
    }
    if (readings.length <= mostWaiting) return;
    readings = [];
    missed = true;
  };
  const addHistory = (delivery: Delivery & { kind: 'event' }): void => {
    if (buildingsOf(delivery).includes(buildingId)) missed = true;
  };
  Promise.all([pump(stored, addReadings), pump(history, addHistory)]).then(
    () => {
      ended = {};
      waiter?.resolve(false);
    },
    (error: unknown) => {
      ended = { error };
      waiter?.reject(error);
    },
  );

  return {
    // A promise of its own each time: one that lives as long as the stream would remember everyone who ever waited for it.
    async arrived() {
      if (waits()) return true;
      if (ended !== undefined) {
        if ('error' in ended) throw ended.error;
        return false;
      }
      waiter = Promise.withResolvers<boolean>();
      return waiter.promise;
    },
    take() {
      const taken = { readings, missed };
      readings = [];
      missed = false;
      return taken;
    },
  };
}
