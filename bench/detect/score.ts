import type { Anomaly } from '../../subgraphs/energy/anomalies/detector-state.ts';
import { type InjectedFault, type InjectedKind, injectedKinds, medianOf } from './inject.ts';
import { overlaps, type Span } from './real-faults.ts';

const hourMs = 3_600_000;
/** An alarm that begins this near to a fault is about it. A shift's end is a shift too. */
const near = (kind: InjectedKind): Span =>
  kind === 'LEVEL_SHIFT'
    ? { fromMs: 12 * hourMs, toMs: 72 * hourMs }
    : { fromMs: 2 * hourMs, toMs: 2 * hourMs };

export interface KindScore {
  readonly kind: InjectedKind;
  readonly faults: number;
  readonly found: number;
  readonly alarms: number;
  readonly right: number;
  readonly delaysHours: readonly number[];
}

export interface Scored {
  readonly faults: readonly InjectedFault[];
  readonly alarms: readonly Anomaly[];
  /** Where the real data are wrong: alarms there count neither way. */
  readonly real: RealFaults;
}

export interface RealFaults {
  readonly any: readonly Span[];
  readonly spikes: readonly Span[];
  readonly shifts: readonly Span[];
}

const spanOf = ({ startMs, endMs }: Anomaly): Span => ({ fromMs: startMs, toMs: endMs });

/** An alarm is right when a fault of its kind is where it says; a fault is found when such an alarm is there. */
export function scoreKind(kind: InjectedKind, meters: readonly Scored[]): KindScore {
  const total = { faults: 0, found: 0, alarms: 0, right: 0 };
  const delaysHours: number[] = [];
  for (const { faults, alarms, real } of meters) {
    const mine = faults.filter((fault) => fault.kind === kind);
    const told = alarms.filter((alarm) => alarm.kind === kind && !isReal(alarm, real));
    const isAbout = (alarm: Anomaly, fault: InjectedFault): boolean =>
      overlaps(spanOf(alarm), {
        fromMs: fault.fromMs - near(kind).fromMs,
        toMs: fault.toMs + near(kind).toMs,
      });
    total.faults += mine.length;
    total.alarms += told.length;
    total.right += told.filter((alarm) => mine.some((fault) => isAbout(alarm, fault))).length;
    for (const fault of mine) {
      const first = told.filter((alarm) => isAbout(alarm, fault)).sort((a, b) => a.foundMs - b.foundMs)[0];
      if (first === undefined) continue;
      total.found += 1;
      delaysHours.push((first.foundMs - fault.fromMs) / hourMs);
    }
  }
  return { kind, ...total, delaysHours };
}

export const score = (meters: readonly Scored[]): readonly KindScore[] =>
  injectedKinds.map((kind) => scoreKind(kind, meters));

export const precisionOf = ({ right, alarms }: KindScore): number =>
  alarms === 0 ? Number.NaN : right / alarms;
export const recallOf = ({ found, faults }: KindScore): number =>
  faults === 0 ? Number.NaN : found / faults;
export const delayOf = ({ delaysHours }: KindScore): number => medianOf(delaysHours);

function isReal(alarm: Anomaly, { any, spikes, shifts }: RealFaults): boolean {
  const span = spanOf(alarm);
  const known =
    alarm.kind === 'SPIKE' ? [...any, ...spikes] : alarm.kind === 'LEVEL_SHIFT' ? [...any, ...shifts] : any;
  return known.some((one) => overlaps(one, span));
}

/** Alarms outside what is really wrong with the data. */
export const falseAlarms = (alarms: readonly Anomaly[], real: RealFaults): readonly Anomaly[] =>
  alarms.filter((alarm) => !isReal(alarm, real));
