import type { ClientBase, Pool } from 'pg';
import type { Batch } from '../../../platform/bus/consume/types.ts';
import type { Bus, NewEvent } from '../../../platform/bus/types.ts';
import { inTransaction } from '../../../platform/postgres/transaction.ts';
import type { MeterType } from '../domain.ts';
import { noticeGap } from '../vee/clock.ts';
import { judge } from '../vee/judge.ts';
import { createMeterMemory, type WatchedMeter } from '../vee/meter-memory.ts';
import { actualOf, expectedOf, type FoundAnomaly, noteDue, writeAnomalies } from './anomaly-store.ts';
import { createDetector } from './detector.ts';
import { type Anomaly, createDetectorState, type DetectorState, detectorVersion } from './detector-state.ts';
import { type AnomalyNews, anomalyEvent } from './events.ts';
import { type SeriesInEvent, seriesIn } from './series-in.ts';
import { tellDue } from './tell-due.ts';

export interface CreateDetectionOptions {
  readonly pool: Pool;
  readonly bus: Pick<Bus, 'publish'>;
  /** Unix ms. Default the system's clock. */
  readonly clock?: (() => number) | undefined;
}

/** What a consumer of readings does with each batch. */
export interface Detection {
  /** Anomalies, what is remembered of the meters and the position move in one transaction; then the bus is told. */
  handle(batch: Batch): Promise<void>;
  /** Tells what a process that died had no time to tell. */
  settle(): Promise<void>;
}

interface MeterRow {
  readonly meterNo: number;
  readonly id: string;
  readonly buildingId: string;
  readonly type: MeterType;
  readonly timeZone: string;
  readonly intervalSeconds: number;
}

/** Data time between two looks for meters that have gone silent. */
const lookEveryMs = 900_000;

/** Finds anomalies in readings as they come, in whatever topic brings them. */
export function createDetection({ pool, bus, clock = Date.now }: CreateDetectionOptions): Detection {
  const quiet = (watched: WatchedMeter<DetectorState>) =>
    createDetector({ ...watched, state: watched.extra, onChange: () => undefined });
  const memory = createMeterMemory<DetectorState>({
    part: 'detect',
    createExtra: createDetectorState,
    extraVersion: detectorVersion,
    quietSink: quiet,
  });
  const meterRows = new Map<number, MeterRow>();
  const looked = new Map<string, number>();

  const watch = async (client: ClientBase, seat: string, series: readonly SeriesInEvent[]) => {
    const rows = await findMeters(client, [...new Set(series.map(({ meterId }) => meterId))]);
    for (const row of rows.values()) meterRows.set(row.meterNo, row);
    const firsts = new Map<number, number>();
    for (const { meterId, times } of series) {
      const meterNo = rows.get(meterId)?.meterNo;
      if (meterNo === undefined) continue;
      firsts.set(meterNo, Math.min(firsts.get(meterNo) ?? Infinity, ...times));
    }
    const watched = await memory.take(
      client,
      seat,
      [...rows.values()].map((row) => ({ ...row, firstMs: firsts.get(row.meterNo) ?? 0 })),
    );

    const found = new Map<Anomaly, FoundAnomaly>();
    const closed = new Set<Anomaly>();
    const listen = (meterNo: number, one: WatchedMeter<DetectorState>) =>
      createDetector({
        ...one,
        state: one.extra,
        onChange: (change, anomaly) => {
          found.set(anomaly, { meterNo, anomaly });
          if (change === 'CLOSED') closed.add(anomaly);
        },
      });
    const nowMs = clock();
    let newestMs = 0;
    for (const { meterId, intervalSeconds, times, values } of series) {
      const row = rows.get(meterId);
      const one = row === undefined ? undefined : watched.get(row.meterNo);
      if (row === undefined || one === undefined) continue;
      const sink = listen(row.meterNo, one);
      for (const [index, timeMs] of times.entries()) {
        const value = values[index] ?? 0;
        const seconds = intervalSeconds ?? row.intervalSeconds;
        const offsetMs = one.offsetAt(timeMs);
        judge(one.meter, one.rules, { timeMs, value, intervalSeconds: seconds, offsetMs, nowMs }, sink);
        newestMs = Math.max(newestMs, Math.min(timeMs, nowMs));
      }
      one.unwritten += times.length;
    }
    if (newestMs - (looked.get(seat) ?? 0) >= lookEveryMs) {
      looked.set(seat, newestMs);
      for (const [meterNo, one] of memory.of(seat))
        noticeGap(one.meter, one.rules, newestMs, listen(meterNo, one));
    }
    return { found: [...found.values()], closed };
  };

  const settle = async (): Promise<void> => void (await tellDue(pool, bus));

  return {
    settle,
    async handle(batch) {
      const seat = `${batch.topic}/${batch.partition}`;
      const series = batch.events.flatMap(seriesIn);
      try {
        const told = await inTransaction(pool, async (client) => {
          const { found, closed } = await watch(client, seat, series);
          const written = await writeAnomalies(client, found);
          const events = eventsOf(found, closed, written, meterRows);
          await noteDue(client, events);
          await memory.write(client, seat);
          await batch.commitIn(client);
          return events.length;
        });
        if (told > 0) await settle();
      } catch (error) {
        // What is remembered went on, what is stored did not.
        memory.forget(seat);
        throw error;
      }
    },
  };
}

function eventsOf(
  found: readonly FoundAnomaly[],
  closed: ReadonlySet<Anomaly>,
  written: Awaited<ReturnType<typeof writeAnomalies>>,
  meterRows: ReadonlyMap<number, MeterRow>,
): readonly NewEvent[] {
  const keyOf = (meterNo: number, kind: string, startMs: number) => `${meterNo} ${kind} ${startMs}`;
  const rows = new Map(written.map((row) => [keyOf(row.meterNo, row.kind, row.startMs), row]));
  return found.flatMap(({ meterNo, anomaly }) => {
    const row = rows.get(keyOf(meterNo, anomaly.kind, anomaly.startMs));
    const meter = meterRows.get(meterNo);
    if (row === undefined || meter === undefined) return [];
    const news: AnomalyNews[] = [
      ...(row.isNew ? ['opened' as const] : []),
      ...(closed.has(anomaly) ? ['closed' as const] : []),
    ];
    return news.map((what) =>
      anomalyEvent(what, {
        ...{ id: row.id, meterId: meter.id, buildingId: meter.buildingId, type: meter.type },
        ...{ kind: anomaly.kind, severity: anomaly.severity, open: anomaly.open },
        start: new Date(anomaly.startMs).toISOString(),
        end: new Date(anomaly.endMs).toISOString(),
        expected: expectedOf(anomaly),
        actual: actualOf(anomaly),
      }),
    );
  });
}

/** Meters by id, those that there are; by the unique index on id. */
async function findMeters(
  client: ClientBase,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MeterRow>> {
  const { rows } = await client.query<MeterRow>(
    `select m.meter_no as "meterNo", m.id, m.building_id as "buildingId", m.type, m.interval_s as "intervalSeconds",
       b.time_zone as "timeZone"
     from energy.meter m join energy.building b on b.id = m.building_id where m.id = any($1::text[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
