import { EaioError } from '../../../platform/errors/eaio-error.ts';
import { toConnection } from '../../../platform/subgraph/relay/connection.ts';
import { encodeCursor } from '../../../platform/subgraph/relay/cursor.ts';
import { pageArguments } from '../../../platform/subgraph/relay/page.ts';
import type { EnergyContext } from '../context.ts';
import { unitOf } from '../domain.ts';
import type { EnergyMeter } from '../store/buildings.ts';
import type { StoredReading } from '../store/readings.ts';
import { askSeries, mostDays, type SeriesArgs } from './ask.ts';

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

export const meterResolvers = {
  __resolveReference: ({ id }: { id: string }, context: EnergyContext) => askMeter(context, id),

  building: ({ buildingId }: EnergyMeter) => ({ id: buildingId }),
  unit: ({ type }: EnergyMeter) => unitOf(type),

  latestReading(meter: EnergyMeter, _: unknown, context: EnergyContext) {
    context.tag(`energy:${meter.buildingId}`);
    return context.loaders.latestReading.load(meter);
  },

  async readings({ meterNo, buildingId }: EnergyMeter, args: ReadingsArgs, context: EnergyContext) {
    context.tag(`energy:${buildingId}`);
    const { from, to } = args;
    if (from >= to)
      throw new EaioError(
        'BAD_USER_INPUT',
        '`from` must be before `to`: readings from `from` (included) to `to` (excluded).',
      );
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

  async series(meter: EnergyMeter, args: SeriesArgs, context: EnergyContext) {
    context.tag(`energy:${meter.buildingId}`);
    const [series] = await askSeries(context, [meter], { ...args, types: null }, mostDays.byHour);
    return series;
  },
};

const readingOrder = 'reading:TIME';

export const readingResolvers = {
  meter: ({ meterId }: StoredReading, _: unknown, context: EnergyContext) => askMeter(context, meterId),
  unit: ({ type }: StoredReading) => unitOf(type),
};
