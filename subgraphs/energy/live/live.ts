import { setTimeout } from 'node:timers/promises';
import type { Bus } from '../../../platform/bus/types.ts';
import type { SourceEvent } from '../../../platform/subgraph/types.ts';
import type { QualityFell } from '../quality/metrics/watch.ts';
import type { Database } from '../store/database.ts';
import type { StoredReading } from '../store/readings.ts';
import { type AnomalyChange, type AnomalyChangedOptions, followAnomalies } from './anomaly-changed.ts';
import { type EnergyPulseOptions, followPulse } from './energy-pulse.ts';
import type { EnergyPulse } from './pulse.ts';
import { followQualityFell, type QualityFellOptions } from './quality-fell.ts';
import { followReadings, type ReadingAddedOptions } from './reading-added.ts';

export interface LiveOptions {
  readonly bus: Bus;
  readonly db: Database;
  /** Unix ms. */
  readonly clock: () => number;
  /** Resolves after `ms`, or as soon as the signal aborts; real time by default. */
  readonly sleep?: EnergyPulseOptions['sleep'] | undefined;
}

/** The sources of energy's subscriptions. */
export interface Live {
  qualityFell(options: Omit<QualityFellOptions, 'bus'>): Promise<AsyncIterable<SourceEvent<QualityFell>>>;
  readings(options: Omit<ReadingAddedOptions, 'bus'>): Promise<AsyncIterable<SourceEvent<StoredReading>>>;
  anomalies(options: Omit<AnomalyChangedOptions, 'bus' | 'db'>): AsyncIterable<SourceEvent<AnomalyChange>>;
  /** @throws EaioError when there is no such building for the caller, or it has no such meter. */
  pulse(
    options: Omit<EnergyPulseOptions, 'bus' | 'db' | 'clock' | 'sleep'>,
  ): Promise<AsyncIterable<SourceEvent<EnergyPulse>>>;
}

export function createLive({ bus, db, clock, sleep = realSleep }: LiveOptions): Live {
  return {
    qualityFell: (options) => followQualityFell({ bus, ...options }),
    anomalies: (options) => followAnomalies({ bus, db, ...options }),
    readings: (options) => followReadings({ bus, ...options }),
    pulse: (options) => followPulse({ bus, db, clock, sleep, ...options }),
  };
}

async function realSleep(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  await setTimeout(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
