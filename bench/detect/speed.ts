import { createDetector } from '../../subgraphs/energy/anomalies/detector.ts';
import { createDetectorState } from '../../subgraphs/energy/anomalies/detector-state.ts';
import { judge } from '../../subgraphs/energy/vee/judge.ts';
import { createMeterState } from '../../subgraphs/energy/vee/meter-state.ts';
import { rulesOf } from '../../subgraphs/energy/vee/rules.ts';
import type { Sink } from '../../subgraphs/energy/vee/sink.ts';
import type { RealMeter } from './read-meters.ts';

const noSink: Sink = { rejudge: () => undefined, finding: () => undefined, hour: () => undefined };

/** How many readings a second all rules take, alone and with detection, on one core; hourly readings, so that every one is judged by the profile. */
export function measureSpeed(meters: readonly RealMeter[]): string {
  const rules = rulesOf('ELECTRICITY');
  const run = (withDetection: boolean): number => {
    const states = meters.map(() => {
      const meter = createMeterState();
      const state = createDetectorState();
      return {
        meter,
        sink: withDetection ? createDetector({ state, meter, rules, onChange: () => undefined }) : noSink,
      };
    });
    const hours = Math.min(...meters.map(({ values }) => values.length));
    const begun = performance.now();
    // Hour by hour through all meters, as a stream has them.
    for (let hour = 0; hour < hours; hour += 1)
      for (const [index, { timesMs, values }] of meters.entries()) {
        const place = states[index];
        if (place === undefined) continue;
        const timeMs = timesMs[hour] as number;
        judge(
          place.meter,
          rules,
          { timeMs, value: values[hour] as number, intervalSeconds: 3_600, offsetMs: 0, nowMs: timeMs },
          place.sink,
        );
      }
    return (hours * meters.length) / ((performance.now() - begun) / 1_000);
  };
  run(true);
  const show = (rate: number) => `${Math.round(rate).toLocaleString('en')} readings/s`;
  return `All rules: ${show(run(false))}; with detection: ${show(run(true))}; one core.`;
}
