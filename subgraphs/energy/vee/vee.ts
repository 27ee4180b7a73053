import type { Rejudged, Vee } from '../ingestion/vee-port.ts';
import { rejected } from '../ingestion/vee-port.ts';
import { judge } from './judge.ts';
import { createMeterMemory } from './meter-memory.ts';
import { ruleIn, verdictIn } from './rejudge.ts';
import { Verdict } from './rule-names.ts';
import { rulesVersion } from './rules.ts';
import type { Sink } from './sink.ts';

export interface CreateVeeOptions {
  /** Unix ms; what lies ahead of it is of the future. Default the system's clock. */
  readonly clock?: (() => number) | undefined;
}

/** Validation on the way into the store, by all rules. */
export function createVee({ clock = Date.now }: CreateVeeOptions = {}): Vee {
  const quiet: Sink = { rejudge: () => undefined, finding: () => undefined, hour: () => undefined };
  const memory = createMeterMemory<null>({
    part: 'vee',
    createExtra: () => null,
    extraVersion: 1,
    quietSink: () => quiet,
  });
  return {
    rulesVersion: `vee-${rulesVersion}`,
    async judge({ topic, partition, columns, meters }, client) {
      const seat = `${topic}/${partition}`;
      const watched = await memory.take(
        client,
        seat,
        meters.map(({ firstRow, endRow, ...meter }) => ({
          ...meter,
          firstMs: columns.timesMs
            .subarray(firstRow, endRow)
            .reduce((least, time) => Math.min(least, time), Infinity),
        })),
      );
      const rejudged: Rejudged[] = [];
      const nowMs = clock();
      for (const { meterNo, firstRow, endRow } of meters) {
        const one = watched.get(meterNo);
        if (one === undefined) continue;
        const sink: Sink = {
          ...quiet,
          rejudge: (fromMs, toMs, verdict, rule) =>
            void rejudged.push({ meterNo, fromMs, toMs, quality: qualityOf(verdict), rule }),
        };
        for (let row = firstRow; row < endRow; row += 1) {
          const timeMs = columns.timesMs[row] ?? 0;
          const value = columns.values[row] ?? 0;
          const intervalSeconds = columns.intervals[row] ?? 0;
          const reading = { timeMs, value, intervalSeconds, offsetMs: one.offsetAt(timeMs), nowMs };
          const judgement = judge(one.meter, one.rules, reading, sink);
          columns.qualities[row] = qualityOf(verdictIn(judgement));
          columns.rules[row] = ruleIn(judgement);
        }
        one.unwritten += endRow - firstRow;
      }
      await memory.write(client, seat);
      return { rejudged };
    },
    forget: (topic, partition) => memory.forget(`${topic}/${partition}`),
  };
}

/** A verdict as a code of `qualities`. */
const qualityOf = (verdict: Verdict): number => (verdict === Verdict.REJECTED ? rejected : verdict);
