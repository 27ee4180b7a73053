import { createZoneOffsets } from '../../connectors/zone-offsets.ts';
import { createDetector, type DetectorOptions } from '../../subgraphs/energy/anomalies/detector.ts';
import { type Anomaly, createDetectorState } from '../../subgraphs/energy/anomalies/detector-state.ts';
import { noticeGap } from '../../subgraphs/energy/vee/clock.ts';
import { judge } from '../../subgraphs/energy/vee/judge.ts';
import { createMeterState } from '../../subgraphs/energy/vee/meter-state.ts';
import { rulesOf } from '../../subgraphs/energy/vee/rules.ts';
import type { SentReading } from './inject.ts';

const hourMs = 3_600_000;

/** What detection says of a meter whose readings come hour by hour, and when it said it. A clock goes on where readings do not. */
export function replay(
  sent: readonly SentReading[],
  timeZone: string,
  settings?: DetectorOptions['settings'],
): readonly Anomaly[] {
  const offsets = createZoneOffsets(timeZone);
  const meter = createMeterState();
  const rules = rulesOf('ELECTRICITY');
  const found: Anomaly[] = [];
  const sink = createDetector({
    ...{ state: createDetectorState(), meter, rules, settings },
    onChange: (change, anomaly) => {
      if (change === 'OPENED') found.push(anomaly);
    },
  });
  let clockMs = sent[0]?.timeMs ?? 0;
  for (const { timeMs, value } of sent) {
    for (; clockMs < timeMs + hourMs; clockMs += hourMs)
      if (clockMs < timeMs) noticeGap(meter, rules, clockMs, sink);
    judge(
      meter,
      rules,
      { timeMs, value, intervalSeconds: 3_600, offsetMs: offsets.offsetAt(timeMs), nowMs: timeMs + hourMs },
      sink,
    );
  }
  return found;
}
