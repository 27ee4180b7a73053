import type { GraphQLResolveInfo } from 'graphql';
import { EaioError } from '../../../platform/errors/eaio-error.ts';
import { toConnection } from '../../../platform/subgraph/relay/connection.ts';
import { encodeCursor } from '../../../platform/subgraph/relay/cursor.ts';
import { pageArguments } from '../../../platform/subgraph/relay/page.ts';
import { anomalyTag } from '../anomalies/events.ts';
import type { EnergyContext } from '../context.ts';
import { unitOf } from '../domain.ts';
import type { EnergyMeter } from '../store/buildings.ts';
import type { StoredReading } from '../store/readings.ts';
import { bucketAt, type Interval } from '../time/buckets.ts';
import type { TimeRange } from '../time/time-range.ts';
import { askSeries, mostDays, type SeriesArgs, upTo } from './ask.ts';
import { type AnomaliesArgs, askAnomalies, askRules } from './ask-anomalies.ts';
import { askQuality } from './quality.ts';

interface ReadingsArgs {
  readonly from: Date;
  readonly to: Date;
  readonly first?: number | null;
  readonly after?: string | null;
}

/** The meter, or null; the answer is marked as depending on its building, or, when there is none, on whatever may bring it. */
export async function askMeter(context: EnergyContext, id: string): Promise<EnergyMeter | null> {
  const meter = await context.loaders.meter.load(id);
  context.tag(meter === null ? 'energy' : `energy:${meter.buildingId}`);
  return meter;
}

/** What a reading knows of its meter, without asking for it: a stream of readings that names its meters costs no statements. */
type MeterReference = Pick<EnergyMeter, 'id' | 'buildingId' | 'type'>;

async function wholeMeter(meter: MeterReference | EnergyMeter, context: EnergyContext): Promise<EnergyMeter> {
  context.tag(`energy:${meter.buildingId}`);
  const whole = 'meterNo' in meter ? meter : await context.loaders.meter.load(meter.id);
  if (whole === null) throw new EaioError('NOT_FOUND', `There is no meter ${meter.id} any more.`);
  return whole;
}

/** A field that only the whole meter knows. */
const ofWhole =
  <K extends keyof EnergyMeter>(field: K) =>
  async (meter: MeterReference, _: unknown, context: EnergyContext): Promise<EnergyMeter[K]> =>
    (await wholeMeter(meter, context))[field];

export const meterResolvers = {
  __resolveReference: ({ id }: { id: string }, context: EnergyContext) => askMeter(context, id),

  building: ({ buildingId }: MeterReference) => ({ id: buildingId }),
  unit: ({ type }: MeterReference) => unitOf(type),
  intervalSeconds: ofWhole('intervalSeconds'),
  firstReadingAt: ofWhole('firstReadingAt'),
  lastReadingAt: ofWhole('lastReadingAt'),

  async latestReading(meter: MeterReference, _: unknown, context: EnergyContext) {
    return context.loaders.latestReading.load(await wholeMeter(meter, context));
  },

  anomalies: ({ id, buildingId }: MeterReference, args: AnomaliesArgs, context: EnergyContext) =>
    askAnomalies(context, { scope: 'meter', key: id, tag: anomalyTag(buildingId) }, args),

  async rules(meter: MeterReference, _: unknown, context: EnergyContext) {
    return askRules(await wholeMeter(meter, context), context);
  },

  async readings(meter: MeterReference, args: ReadingsArgs, context: EnergyContext) {
    const { meterNo } = await wholeMeter(meter, context);
    const { from, to } = args;
    if (from >= to) {
      throw new EaioError(
        'BAD_USER_INPUT',
        '`from` must be before `to`: readings from `from` (included) to `to` (excluded).',
      );
    }
    const page = pageArguments(args, {
      max: 10_000,
      otherwise: 1_000,
      order: readingOrder,
      shape: ['number'],
    });
    const [afterMs] = page.after ?? [];
    const after = typeof afterMs === 'number' ? new Date(afterMs) : null;
    const rows = await context.loaders.readings.load({
      meterNo,
      page: { from, to, after, limit: page.first + 1 },
    });
    return toConnection({
      rows,
      page,
      cursorOf: ({ time }) => encodeCursor(readingOrder, [time.getTime()]),
      nodeOf: (reading) => reading,
    });
  },

  async series(meter: MeterReference, args: SeriesArgs, context: EnergyContext, info: GraphQLResolveInfo) {
    const whole = await wholeMeter(meter, context);
    const [series] = await askSeries(context, [whole], { ...args, types: null }, mostDays.byHour, info);
    return series;
  },

  async dataQuality(meter: MeterReference, { range }: { range: TimeRange }, context: EnergyContext) {
    return askQuality(context, [await wholeMeter(meter, context)], range);
  },

  async lineage(
    meter: MeterReference,
    { at, interval }: { at: Date; interval?: Interval | null },
    context: EnergyContext,
  ) {
    const { meterNo, timeZone } = await wholeMeter(meter, context);
    return context.loaders.lineage.load({ meterNo, ...spanAt(at.getTime(), interval ?? null, timeZone) });
  },

  async edits(meter: MeterReference, { first }: { first?: number | null }, context: EnergyContext) {
    const { meterNo } = await wholeMeter(meter, context);
    return context.loaders.edits.load({ meterNo, limit: upTo(200, 'first', first ?? 20) });
  },
};

/** One reading, or the bucket that holds the instant. */
function spanAt(atMs: number, interval: Interval | null, zone: string): { fromMs: number; toMs: number } {
  if (interval === null) return { fromMs: atMs, toMs: atMs + 1 };
  const { startMs, endMs } = bucketAt(atMs, interval, zone);
  return { fromMs: startMs, toMs: endMs };
}

const readingOrder = 'reading:TIME';

export const readingResolvers = {
  meter({ meterId, buildingId, type }: StoredReading, _: unknown, context: EnergyContext): MeterReference {
    context.tag(`energy:${buildingId}`);
    return { id: meterId, buildingId, type };
  },
  unit: ({ type }: StoredReading) => unitOf(type),
};
