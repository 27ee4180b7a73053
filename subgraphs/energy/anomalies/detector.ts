import type { MeterState } from '../vee/meter-state.ts';
import { RuleNo } from '../vee/rule-names.ts';
import type { MeterRules } from '../vee/rules.ts';
import type { Finding, Sink } from '../vee/sink.ts';
import { type Anomaly, type DetectorState, windowHours } from './detector-state.ts';
import { followDeviation } from './deviation.ts';
import type { AnomalyKind } from './kinds.ts';
import { followLevel } from './level-shift.ts';
import { type DetectionSettings, detectionSettings } from './settings.ts';
import { severityOf } from './severity.ts';

export type AnomalyChange = 'OPENED' | 'CHANGED' | 'CLOSED';

export interface DetectorOptions {
  readonly state: DetectorState;
  readonly meter: MeterState;
  readonly rules: MeterRules;
  readonly settings?: DetectionSettings | undefined;
  /** Called when an anomaly is found, has grown or is over: with itself, as it is now. */
  readonly onChange: (change: AnomalyChange, anomaly: Anomaly) => void;
}

const hourMs = 3_600_000;

/** Told longer than any rule looks ahead, a closed anomaly is kept for this long to be joined by a neighbour. */
const kindOfRule: ReadonlyMap<RuleNo, AnomalyKind> = new Map([
  [RuleNo.stuck, 'STUCK'],
  [RuleNo.zeroRun, 'ZERO_RUN'],
  [RuleNo.unitJump, 'UNIT_JUMP'],
  [RuleNo.spike, 'SPIKE'],
  [RuleNo.gap, 'GAP'],
  [RuleNo.duplicate, 'DUPLICATE'],
  [RuleNo.clockShift, 'CLOCK_SHIFT'],
] as const);

interface News {
  readonly kind: AnomalyKind;
  readonly fromMs: number;
  readonly toMs: number;
  readonly open: boolean;
  readonly expected: number;
  readonly actual: number;
}

/** Makes anomalies of what validation finds in one meter's stream, and of what its hours are against its profile. */
export function createDetector({
  state,
  meter,
  rules,
  settings = detectionSettings,
  onChange,
}: DetectorOptions): Sink {
  const reach = settings.mergeHours * hourMs;

  const take = (news: News, nowMs: number): void => {
    const known = state.anomalies.find(
      ({ kind, endMs, startMs }) =>
        kind === news.kind && news.fromMs <= endMs + reach && news.toMs >= startMs - reach,
    );
    if (known === undefined) {
      const anomaly: Anomaly = {
        kind: news.kind,
        startMs: news.fromMs,
        endMs: news.toMs,
        ...{ expectedSum: 0, actualSum: 0, hours: 0, severity: 'INFO', foundMs: nowMs, open: news.open },
      };
      addTo(anomaly, news);
      state.anomalies = state.anomalies.filter(({ open, endMs }) => open || endMs + 2 * reach > nowMs);
      state.anomalies.push(anomaly);
      onChange('OPENED', anomaly);
      if (!news.open) onChange('CLOSED', anomaly);
      return;
    }
    const wasOpen = known.open;
    known.endMs = news.open
      ? Math.max(known.endMs, news.toMs)
      : wasOpen && news.fromMs <= known.startMs
        ? news.toMs
        : Math.max(known.endMs, news.toMs);
    known.open = news.open;
    addTo(known, news);
    onChange(wasOpen && !news.open ? 'CLOSED' : 'CHANGED', known);
  };

  /** A shift takes over what looked like hours that were high or low before. */
  const absorb = (fromMs: number): void => {
    state.anomalies = state.anomalies.filter((anomaly) => {
      if (anomaly.kind !== 'HIGH' && anomaly.kind !== 'LOW') return true;
      if (anomaly.endMs + reach < fromMs) return true;
      if (anomaly.open) {
        anomaly.open = false;
        onChange('CLOSED', anomaly);
      }
      return true;
    });
    state.highFromMs = -1;
    state.lowFromMs = -1;
    state.high = 0;
    state.low = 0;
  };

  return {
    rejudge: () => undefined,
    finding(finding) {
      if (finding.rule === RuleNo.duplicate) return takeRepeat(state, rules, settings, finding, take);
      const kind = kindOfRule.get(finding.rule);
      if (kind !== undefined) take({ ...finding, kind }, finding.toMs);
    },
    hour(hour) {
      const place = Math.floor(hour.startMs / hourMs) % windowHours;
      const known = !hour.faulty && !Number.isNaN(hour.expected);
      state.starts[place] = hour.startMs;
      state.rates[place] = known ? hour.rate : Number.NaN;
      state.expected[place] = hour.expected;
      state.others[place] = hour.other;
      if (known) {
        const level = followLevel(state, meter, hour, settings);
        if (level.what !== 'nothing') {
          if (level.what === 'opened') absorb(level.fromMs);
          const { fromMs, toMs } = level;
          const { expected, rate: actual } = hour;
          take(
            { kind: 'LEVEL_SHIFT', fromMs, toMs, open: level.what !== 'closed', expected, actual },
            hour.startMs + hourMs,
          );
        }
      }
      followDeviation(state, meter.shift, hour, settings, (news) => take(news, hour.startMs + hourMs));
    },
  };
}

function addTo(anomaly: Anomaly, { expected, actual }: News): void {
  if (!Number.isNaN(expected) && !Number.isNaN(actual)) {
    anomaly.expectedSum += expected;
    anomaly.actualSum += actual;
    anomaly.hours += 1;
  }
  const ratio = anomaly.expectedSum > 0 ? anomaly.actualSum / anomaly.expectedSum : 1;
  anomaly.severity = severityOf(anomaly.kind, anomaly.endMs - anomaly.startMs, ratio);
}

/** One reading that comes twice is a retry, and no fault; some of them in half a day are. */
function takeRepeat(
  state: DetectorState,
  rules: MeterRules,
  { duplicates }: DetectionSettings,
  { fromMs, toMs, expected, actual }: Finding,
  take: (news: News, nowMs: number) => void,
): void {
  if (state.lastRepeatMs < 0 || fromMs - state.lastRepeatMs > duplicates.withinHours * hourMs) {
    state.repeats = 0;
    state.repeatsFromMs = fromMs;
  }
  state.repeats += 1;
  state.lastRepeatMs = Math.max(state.lastRepeatMs, fromMs);
  if (state.repeats < rules.duplicate.leastRepeats) return;
  take({ kind: 'DUPLICATE', fromMs: state.repeatsFromMs, toMs, open: false, expected, actual }, toMs);
}
