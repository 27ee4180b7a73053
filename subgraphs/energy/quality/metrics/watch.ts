import type { Pool } from 'pg';
import type { Bus, NewEvent } from '../../../../platform/bus/types.ts';
import type { MeterType } from '../../domain.ts';
import { readDataClock } from '../../store/data-clock.ts';
import { addDays } from '../../time/local-date.ts';
import { localDateAt } from '../../time/zone.ts';
import { type Fallen, findFallen } from './fallen.ts';
import { addCounts, noCounts, type QualityMeasures, toMeasures } from './measures.ts';
import { countReceipts, type QualityCounts, readQuality } from './quality-store.ts';

/** Data of `eaio.energy.quality-fell.v1`. */
export interface QualityFell extends Fallen {
  readonly meterId: string;
  readonly buildingId: string;
  readonly type: MeterType;
}

export interface CreateQualityWatchOptions {
  readonly pool: Pool;
  readonly bus: Pick<Bus, 'publish'>;
  /** A reading is in time when it comes at most this long after its interval's end. Default 15 min. */
  readonly inTimeS?: number | undefined;
  /** A day is judged when it has been over for this long, for what comes late. Default 2 h. */
  readonly graceMs?: number | undefined;
}

export interface QualityWatch {
  /** Counts the newest days anew, tells of what fell, and sums the portfolio up. Resolves with what it told of. Doing it again tells nothing twice. */
  look(): Promise<readonly QualityFell[]>;
}

const dayMs = 86_400_000;
const daysBefore = 14;

/**
 * Looks after the portfolio's quality, one process at a time. Time is that of the data, so that a replay is judged as live
 * data are. Telling comes before noting that it was told: after a crash in between it is told twice, never not at all.
 */
export function createQualityWatch({
  pool,
  bus,
  inTimeS = 900,
  graceMs = 2 * 3_600_000,
}: CreateQualityWatchOptions): QualityWatch {
  return {
    async look() {
      const clock = await readDataClock(pool, null);
      if (clock === null) return [];
      const { endMs } = clock;
      await countReceipts(pool, { fromMs: endMs - 3 * dayMs, toMs: endMs, inTimeS });
      const { rows: meters } = await pool.query<MeterRow>(
        `select m.meter_no, m.id, m.building_id, m.type, b.time_zone
         from energy.meter m join energy.building b on b.id = m.building_id where m.first_reading_at is not null order by m.meter_no`,
      );
      const targets = meters.map(({ meter_no, time_zone }, key) => {
        const to = addDays(localDateAt(endMs - graceMs, time_zone), -1);
        return { key, meterNo: meter_no, from: addDays(to, -daysBefore), to };
      });
      const quality = await readQuality(pool, null, targets, { dataEndMs: endMs, byDay: true });
      const { rows: told } = await pool.query<{ meter_no: number; day: string; alerted: readonly string[] }>(
        `select meter_no, day, alerted from energy.quality_day where day >= $1::date and alerted <> '{}'`,
        [addDays(localDateAt(endMs, 'UTC'), -5)],
      );
      const known = new Set(
        told.flatMap(({ meter_no, day, alerted }) =>
          alerted.map((measure) => `${meter_no} ${day} ${measure}`),
        ),
      );
      const fallen = meters.flatMap((meter, key) =>
        findFallen(quality.get(key) ?? [])
          .filter(({ date, measure }) => !known.has(`${meter.meter_no} ${date} ${measure}`))
          .map((each) => ({ meter, told: toFell(meter, each) })),
      );
      if (fallen.length > 0) {
        await bus.publish(fallen.map((each) => toEvent(each.told)));
        await pool.query(noteTold, [
          fallen.map(({ meter }) => meter.meter_no),
          fallen.map((each) => each.told.date),
          fallen.map((each) => each.told.measure),
        ]);
      }
      await sumUp(pool, meters, quality);
      return fallen.map((each) => each.told);
    },
  };
}

interface MeterRow {
  readonly meter_no: number;
  readonly id: string;
  readonly building_id: string;
  readonly type: MeterType;
  readonly time_zone: string;
}

const toFell = (meter: MeterRow, fallen: Fallen): QualityFell => ({
  meterId: meter.id,
  buildingId: meter.building_id,
  type: meter.type,
  ...fallen,
});

const toEvent = (data: QualityFell): NewEvent<QualityFell> => ({
  type: 'eaio.energy.quality-fell.v1',
  source: '/subgraphs/energy',
  subject: data.meterId,
  data,
});

/** A meter may have fallen in several ways on a day. */
const noteTold = `
  insert into energy.quality_day as known (meter_no, day, live, in_time, repeated, alerted)
  select meter_no, day, 0, 0, 0, array_agg(measure)
  from unnest($1::int[], $2::date[], $3::text[]) as f(meter_no, day, measure) group by 1, 2
  on conflict (meter_no, day) do update set alerted = known.alerted || excluded.alerted`;

/** The last judged day of all meters, by type: what the metrics show. */
async function sumUp(
  pool: Pool,
  meters: readonly MeterRow[],
  quality: ReadonlyMap<number, readonly QualityCounts[]>,
): Promise<void> {
  const byType = new Map<MeterType, QualityCounts>();
  for (const [key, { type }] of meters.entries())
    byType.set(type, addCounts(byType.get(type) ?? noCounts, quality.get(key)?.at(-1) ?? noCounts));
  const measured = [...byType].map(([type, counts]): [MeterType, QualityMeasures] => [
    type,
    toMeasures(counts),
  ]);
  await pool.query(
    `insert into energy.quality_summary (meter_type, completeness, validity, timeliness, uniqueness, at)
     select *, now() from unnest($1::text[], $2::float8[], $3::float8[], $4::float8[], $5::float8[])
     on conflict (meter_type) do update set completeness = excluded.completeness, validity = excluded.validity,
       timeliness = excluded.timeliness, uniqueness = excluded.uniqueness, at = excluded.at`,
    [
      measured.map(([type]) => type),
      measured.map(([, { completeness }]) => completeness),
      measured.map(([, { validity }]) => validity),
      measured.map(([, { timeliness }]) => timeliness),
      measured.map(([, { uniqueness }]) => uniqueness),
    ],
  );
}
