import type { Bus, Position } from '../../../platform/bus/types.ts';
import type { SourceEvent } from '../../../platform/subgraph/types.ts';
import { type LoadPulseOptions, loadPulse } from './load-pulse.ts';
import { collectNews } from './news.ts';
import type { EnergyPulse, Pulse } from './pulse.ts';
import { loadedHistory, presentPosition, storedReadings } from './topics.ts';

export interface EnergyPulseOptions extends LoadPulseOptions {
  readonly bus: Bus;
  readonly signal: AbortSignal;
  /** Unix ms. */
  readonly clock: () => number;
  /** Resolves after `ms`, or as soon as the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

const leastMsBetween = 1_000;

/**
 * The present pulse at once, then a new one when readings of the building changed it, at most one a second: what comes
 * within the second is taken together, and told at its end. Pulses of a building and type replace each other (`key`).
 * A gap in the bus makes the pulse anew, so that subscribers need not hear of it.
 * @throws EaioError as `loadPulse`.
 */
export async function followPulse(
  options: EnergyPulseOptions,
): Promise<AsyncGenerator<SourceEvent<EnergyPulse>>> {
  // The place is taken before the pulse is read: what is stored meanwhile is in one or the other, or harmlessly in both.
  const from = await presentPosition(options.bus);
  return pulses(options, from, await loadPulse(options));
}

async function* pulses(
  options: EnergyPulseOptions,
  from: Position,
  first: Pulse,
): AsyncGenerator<SourceEvent<EnergyPulse>> {
  const { bus, buildingId, type, clock, sleep } = options;
  const stopping = new AbortController();
  const signal = AbortSignal.any([options.signal, stopping.signal]);
  const news = collectNews({
    buildingId,
    type,
    stored: bus.follow(storedReadings, { after: from, signal }),
    history: bus.follow(loadedHistory, { signal }),
  });
  const key = `${buildingId} ${type}`;
  let pulse = first;
  let told = pulse.read();
  let toldAtMs = clock();
  try {
    yield { payload: told, key };
    while (await news.arrived()) {
      await sleep(toldAtMs + leastMsBetween - clock(), signal);
      if (signal.aborted) return;
      const { readings, missed } = news.take();
      if (missed || pulse.apply(readings) === 'stale') pulse = await loadPulse(options);
      const present = pulse.read();
      if (isSame(told, present)) continue;
      told = present;
      toldAtMs = clock();
      yield { payload: told, key };
    }
  } finally {
    stopping.abort();
  }
}

const isSame = (a: EnergyPulse, b: EnergyPulse): boolean => JSON.stringify(a) === JSON.stringify(b);
