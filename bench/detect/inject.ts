import type { RealMeter } from './read-meters.ts';
import { overlaps, type Span } from './real-faults.ts';

export const injectedKinds = [
  'STUCK',
  'ZERO_RUN',
  'LEVEL_SHIFT',
  'UNIT_JUMP',
  'SPIKE',
  'GAP',
  'DUPLICATE',
] as const;
export type InjectedKind = (typeof injectedKinds)[number];

export interface InjectedFault extends Span {
  readonly kind: InjectedKind;
  /** What values are multiplied by, or how many robust deviations are added; 0 for kinds that do neither. */
  readonly size: number;
}

/** A reading as it is sent; duplicates are sent twice. */
export interface SentReading {
  readonly timeMs: number;
  readonly value: number;
}

export interface FaultedMeter {
  readonly faults: readonly InjectedFault[];
  readonly sent: readonly SentReading[];
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The first faults come when profiles are warm. */
const warmUpMs = 35 * dayMs;
/** Clean days between two faults. */
const restDays: readonly [number, number] = [5, 10];

/** Spikes last an hour, and are drawn three times as often. */
const drawn: readonly InjectedKind[] = [...injectedKinds, 'SPIKE', 'SPIKE'];

/** [least, most] hours that a fault lasts. */
export const durations: Readonly<Record<InjectedKind, readonly [number, number]>> = {
  STUCK: [6, 72],
  ZERO_RUN: [4, 72],
  LEVEL_SHIFT: [7 * 24, 21 * 24],
  UNIT_JUMP: [24, 168],
  SPIKE: [1, 1],
  GAP: [3, 72],
  DUPLICATE: [2, 24],
};

/** One fault after the other, with five to ten clean days between: the same seed, the same faults. */
export function inject(meter: RealMeter, avoid: readonly Span[], seed: number): FaultedMeter {
  const random = randomOf(seed, meter.id);
  const between = ([least, most]: readonly [number, number]): number => least + random() * (most - least);
  const { timesMs, values } = meter;
  const changed = Float64Array.from(values);
  const missing = new Set<number>();
  const twice = new Set<number>();
  const faults: InjectedFault[] = [];
  const endMs = timesMs.at(-1) ?? 0;

  let atMs = (timesMs[0] ?? 0) + warmUpMs;
  while (atMs < endMs) {
    const kind = drawn[Math.floor(random() * drawn.length)] ?? 'GAP';
    const hours = Math.round(between(durations[kind]));
    const fromMs = Math.round((atMs + between(restDays) * dayMs) / hourMs) * hourMs;
    const span = { fromMs, toMs: fromMs + hours * hourMs };
    const size = sizeOf(kind, between, random);
    const wide = { fromMs: fromMs - 2 * dayMs, toMs: span.toMs + 3 * dayMs };
    const clash = avoid.find((one) => overlaps(one, wide));
    if (clash !== undefined) {
      atMs = Math.max(atMs + dayMs, clash.toMs);
      continue;
    }
    atMs = span.toMs;
    if (span.toMs >= endMs) break;
    if (apply(span, kind, size)) faults.push({ ...span, kind, size });
  }

  /** False where the fault could not be told from healthy data by anybody: its values are those that are there. */
  function apply({ fromMs, toMs }: Span, kind: InjectedKind, size: number): boolean {
    const from = timesMs.findIndex((time) => time >= fromMs);
    const to = timesMs.findIndex((time) => time >= toMs);
    if (from < 0 || to <= from) return false;
    for (let index = from; index < to; index += 1) {
      const value = values[index] as number;
      switch (kind) {
        case 'STUCK':
          changed[index] = values[from] as number;
          break;
        case 'ZERO_RUN':
          changed[index] = 0;
          break;
        case 'LEVEL_SHIFT':
        case 'UNIT_JUMP':
          changed[index] = value * size;
          break;
        case 'SPIKE':
          changed[index] = value + size * robustSigma(timesMs, values, index);
          break;
        case 'GAP':
          missing.add(index);
          break;
        case 'DUPLICATE':
          twice.add(index);
          break;
      }
    }
    return kind !== 'STUCK' || (values[from] as number) > 0;
  }

  const sent: SentReading[] = [];
  for (const [index, timeMs] of timesMs.entries()) {
    if (missing.has(index)) continue;
    const reading = { timeMs, value: changed[index] as number };
    sent.push(reading);
    if (twice.has(index)) sent.push(reading);
  }
  return { faults, sent };
}

function sizeOf(
  kind: InjectedKind,
  between: (range: readonly [number, number]) => number,
  random: () => number,
): number {
  switch (kind) {
    case 'LEVEL_SHIFT':
      return random() < 0.5 ? between([1.3, 1.5]) : between([0.5, 0.7]);
    case 'UNIT_JUMP':
      return [1_000, 1 / 1_000, 3.412, 1 / 3.412][Math.floor(random() * 4)] ?? 1_000;
    case 'SPIKE':
      return between([4, 10]);
    default:
      return 0;
  }
}

/** Standard deviation, from the median absolute deviation, of the four weeks either side round the median of their hour of the week. */
export function robustSigma(timesMs: Float64Array, values: Float64Array, at: number): number {
  const byHour = new Map<number, number[]>();
  for (let index = Math.max(0, at - 672); index < Math.min(values.length, at + 672); index += 1) {
    const slot = Math.floor((timesMs[index] as number) / hourMs) % 168;
    const list = byHour.get(slot) ?? [];
    list.push(values[index] as number);
    byHour.set(slot, list);
  }
  const rests = [...byHour.values()].flatMap((list) => {
    const middle = medianOf(list);
    return list.map((value) => Math.abs(value - middle));
  });
  return 1.4826 * medianOf(rests);
}

/** The middle one. */
export function medianOf(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** mulberry32, begun from seed and name. */
function randomOf(seed: number, name: string): () => number {
  let state = seed >>> 0;
  for (const letter of name) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
