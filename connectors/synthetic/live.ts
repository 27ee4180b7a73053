import type { Clock } from '../clock.ts';
import { countReadings, type MeterSeries } from '../meter-series.ts';
import { deliver, type ReadingSink, type SourceLog } from '../reading-sink.ts';
import { hourlySeries, repeatsOf } from './history.ts';
import { createMinuteReadings, type MinuteReadings } from './minutes.ts';
import type { SyntheticPortfolio } from './portfolio.ts';
import type { SyntheticMeter } from './synthetic-meter.ts';

export interface SyntheticLiveOptions {
  readonly portfolio: SyntheticPortfolio;
  readonly sink: ReadingSink;
  readonly clock: Clock;
  readonly log: SourceLog;
  /** Where a meter's stored readings end (start of the newest + its interval), Unix milliseconds; a whole minute. */
  readonly storedUntilMs: (meterId: string) => number;
  /** Data time over wall time: 1 is real time, 60 a minute a second. */
  readonly speed?: number;
}

export interface SyntheticLive {
  /** Runs until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** The data's clock, Unix milliseconds: ahead of the wall's when the speed is above 1, and it stays ahead after a restart. */
  now(): number;
}

interface LiveMeter {
  readonly meter: SyntheticMeter;
  readonly minutes: MinuteReadings;
  /** Where its delivered readings end, in minutes since 1970. */
  position: number;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** At high speeds minutes are gathered, so that the sink gets at most ten batches a second. */
const shortestPauseMs = 100;
const batchReadings = 250_000;

/**
 * Readings as they happen: each minute when it is over. What was missed is made up first: the rest of a begun hour by
 * minutes, whole hours as hourly readings. The sink's promise is the backpressure: while it is open nothing is made, and
 * what has become due by then comes in one batch.
 */
export function createSyntheticLive(options: SyntheticLiveOptions): SyntheticLive {
  const { portfolio, sink, clock, log, storedUntilMs, speed = 1 } = options;
  if (!(speed > 0)) throw new RangeError(`The speed of the synthetic source is above zero, not ${speed}.`);
  const meters = portfolio.meters.map(
    (meter): LiveMeter => ({
      meter,
      minutes: createMinuteReadings(portfolio.seed, meter),
      position: Math.ceil(storedUntilMs(meter.facts.id) / minuteMs),
    }),
  );
  const startedAt = clock.now();
  const startMs = meters.reduce((latest, { position }) => Math.max(latest, position * minuteMs), startedAt);
  const now = (): number => startMs + (clock.now() - startedAt) * speed;

  /** Readings up to `untilMinute`, of as many meters as fill a batch; empty when all are there. */
  const nextBatch = (
    untilMinute: number,
  ): { readonly batch: MeterSeries[]; readonly repeats: MeterSeries[] } => {
    const batch: MeterSeries[] = [];
    const repeats: MeterSeries[] = [];
    let readings = 0;
    for (const live of meters) {
      if (live.position >= untilMinute) continue;
      const due = seriesUntil(live, untilMinute);
      live.position = untilMinute;
      batch.push(...due);
      repeats.push(...due.flatMap((series) => repeatsOf(live.meter, series)));
      readings += countReadings(due);
      if (readings >= batchReadings) break;
    }
    return { batch, repeats };
  };

  return {
    now,
    async run(signal) {
      log.info({ from: new Date(startMs), meters: meters.length, speed }, 'The synthetic portfolio is live.');
      while (!signal.aborted) {
        const untilMinute = Math.floor(now() / minuteMs);
        if (meters.every(({ position }) => position >= untilMinute)) {
          const untilNextMs = ((untilMinute + 1) * minuteMs - now()) / speed;
          await clock.sleep(Math.max(shortestPauseMs, untilNextMs), signal);
          continue;
        }
        const { batch, repeats } = nextBatch(untilMinute);
        for (const part of [batch, repeats]) {
          if (part.length > 0) await deliver(part, { sink, clock, log, signal });
        }
      }
    },
  };
}

/** A meter's readings from its position on: minutes to the hour's end, whole hours, minutes of the hour that is under way. */
function seriesUntil({ meter, minutes, position }: LiveMeter, untilMinute: number): readonly MeterSeries[] {
  const hourEnd = Math.ceil(position / 60) * 60;
  const lastHour = Math.floor(untilMinute / 60) * 60;
  if (hourEnd >= untilMinute) return minuteSeries(meter, minutes, position, untilMinute);
  const hours = Math.max(0, (lastHour - hourEnd) / 60);
  const timesMs = Float64Array.from({ length: hours }, (_, index) => hourEnd * minuteMs + index * hourMs);
  const hourly = hours === 0 ? [] : [hourlySeries(meter, timesMs)].filter(({ values }) => values.length > 0);
  return [
    ...minuteSeries(meter, minutes, position, hourEnd),
    ...hourly,
    ...minuteSeries(meter, minutes, lastHour, untilMinute),
  ];
}

/** Minutes `from` to `to` of one hour as a series; none in a gap. */
function minuteSeries(
  { facts }: SyntheticMeter,
  minutes: MinuteReadings,
  from: number,
  to: number,
): readonly MeterSeries[] {
  const values = to > from ? minutes.values(from, to) : null;
  if (values === null) return [];
  const timesMs = Float64Array.from(values, (_, index) => (from + index) * minuteMs);
  return [{ meterId: facts.id, timesMs, values, intervalSeconds: 60 }];
}
