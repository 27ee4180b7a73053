import type { ClientBase } from 'pg';
import type { MeterType } from '../domain.ts';
import { createZoneOffset } from '../time/zone-offset.ts';
import { judge } from './judge.ts';
import { readMemories, readOverrides, readPast, writeMemories } from './memory-store.ts';
import { createMeterState, type MeterState, stateVersion } from './meter-state.ts';
import { type MeterRules, rulesOf } from './rules.ts';
import type { Sink } from './sink.ts';

/** A meter as memory needs to know it. */
export interface MeterToWatch {
  readonly meterNo: number;
  readonly type: MeterType;
  readonly timeZone: string;
  /** Start of the first reading that is to be judged next, Unix ms. */
  readonly firstMs: number;
}

/** What is remembered of a meter while this process has it. */
export interface WatchedMeter<Extra> {
  readonly meter: MeterState;
  readonly rules: MeterRules;
  readonly offsetAt: (timeMs: number) => number;
  readonly extra: Extra;
  /** Readings judged since it was last written down. */
  unwritten: number;
}

export interface CreateMeterMemoryOptions<Extra> {
  /** Whose memory it is, in the table. */
  readonly part: string;
  /** What is remembered beside validation's state, plain data; `version` as its shape's. */
  readonly createExtra: () => Extra;
  readonly extraVersion: number;
  /** Takes a stored reading in again, without effect outside. */
  readonly quietSink: (watched: WatchedMeter<Extra>) => Sink;
}

/** What a process remembers of the meters of its partitions. */
export interface MeterMemory<Extra> {
  /** The meters asked for: from memory, else as they were written down and what is stored since, else from the last weeks' readings. */
  take(
    client: ClientBase,
    seat: string,
    meters: readonly MeterToWatch[],
  ): Promise<ReadonlyMap<number, WatchedMeter<Extra>>>;
  /** All that is remembered of a seat. */
  of(seat: string): ReadonlyMap<number, WatchedMeter<Extra>>;
  /** Writes down those of which much was judged since. */
  write(client: ClientBase, seat: string): Promise<void>;
  forget(seat: string): void;
}

/** Long enough for a profile to be warm, and its level to have settled. */
const pastMs = 8 * 7 * 24 * 3_600_000;
/** So many readings of a meter are judged again at most when another process takes over. */
const unwrittenAtMost = 500;
/** How long a changed override takes to be followed. */
const overridesLastMs = 10_000;
/** Meters whose past is read at once. */
const pastsAtOnce = 50;

export function createMeterMemory<Extra>({
  part,
  createExtra,
  extraVersion,
  quietSink,
}: CreateMeterMemoryOptions<Extra>): MeterMemory<Extra> {
  interface Kept {
    readonly meters: Map<number, WatchedMeter<Extra>>;
    overridesAtMs: number;
  }
  interface Written {
    readonly meter: MeterState;
    readonly extra: Extra;
    readonly extraVersion: number;
  }
  const seats = new Map<string, Kept>();
  const seatOf = (name: string): Kept => {
    const kept = seats.get(name) ?? { meters: new Map(), overridesAtMs: 0 };
    seats.set(name, kept);
    return kept;
  };
  const fits = (written: Written | undefined): written is Written =>
    written?.meter.stateVersion === stateVersion && written.extraVersion === extraVersion;

  const load = async (client: ClientBase, kept: Kept, wanted: readonly MeterToWatch[]): Promise<void> => {
    const meterNos = wanted.map(({ meterNo }) => meterNo);
    const memories = await readMemories(client, part, meterNos);
    const overrides = await readOverrides(client, meterNos);
    for (const { meterNo, type, timeZone } of wanted) {
      const written = memories.get(meterNo) as Written | undefined;
      kept.meters.set(meterNo, {
        meter: fits(written) ? written.meter : createMeterState(),
        extra: fits(written) ? written.extra : createExtra(),
        rules: rulesOf(type, overrides.get(meterNo)),
        offsetAt: createZoneOffset(timeZone),
        unwritten: 0,
      });
    }
    for (let begin = 0; begin < wanted.length; begin += pastsAtOnce) {
      const some = wanted.slice(begin, begin + pastsAtOnce);
      const past = await readPast(
        client,
        some.map(({ meterNo, firstMs }) => ({
          meterNo,
          fromMs: Math.max(kept.meters.get(meterNo)?.meter.newestMs ?? -1, firstMs - pastMs, 0),
          toMs: firstMs,
        })),
      );
      for (const reading of past) {
        const watched = kept.meters.get(reading.meterNo);
        if (watched === undefined) continue;
        const offsetMs = watched.offsetAt(reading.timeMs);
        judge(
          watched.meter,
          watched.rules,
          { ...reading, offsetMs, nowMs: reading.timeMs },
          quietSink(watched),
        );
        watched.unwritten += 1;
      }
    }
  };

  const refreshOverrides = async (
    client: ClientBase,
    kept: Kept,
    meters: readonly MeterToWatch[],
  ): Promise<void> => {
    if (Date.now() - kept.overridesAtMs < overridesLastMs) return;
    kept.overridesAtMs = Date.now();
    const overrides = await readOverrides(
      client,
      meters.map(({ meterNo }) => meterNo),
    );
    for (const { meterNo, type } of meters) {
      const watched = kept.meters.get(meterNo);
      if (watched !== undefined)
        kept.meters.set(meterNo, { ...watched, rules: rulesOf(type, overrides.get(meterNo)) });
    }
  };

  return {
    async take(client, seat, meters) {
      const kept = seatOf(seat);
      const unknown = meters.filter(({ meterNo }) => !kept.meters.has(meterNo));
      if (unknown.length > 0) await load(client, kept, unknown);
      await refreshOverrides(client, kept, meters);
      return kept.meters;
    },
    of: (seat) => seatOf(seat).meters,
    async write(client, seat) {
      const due = [...seatOf(seat).meters].filter(([, { unwritten }]) => unwritten >= unwrittenAtMost);
      await writeMemories(
        client,
        part,
        due.map(([meterNo, { meter, extra }]) => [meterNo, { meter, extra, extraVersion } satisfies Written]),
      );
      for (const [, watched] of due) watched.unwritten = 0;
    },
    forget: (seat) => void seats.delete(seat),
  };
}
