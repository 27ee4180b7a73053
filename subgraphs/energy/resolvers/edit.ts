import { EaioError } from '../../../platform/errors/eaio-error.ts';
import type { EnergyContext } from '../context.ts';
import type { Edit, EditOperation } from '../quality/editing/edit.ts';
import { errorRatioOf, type SyncCheck } from '../quality/sync/sync-store.ts';
import type { TimeRange } from '../time/time-range.ts';
import { askDays, mostDays } from './ask.ts';
import { askMeter } from './meter.ts';

export interface EditArgs {
  readonly meterId: string;
  readonly reason: string;
  readonly values?:
    | readonly {
        readonly time: Date;
        readonly value: number;
        readonly intervalSeconds?: number | null;
      }[]
    | null;
  readonly change?: {
    readonly operation: 'SCALE' | 'REJECT' | 'RESTORE';
    readonly from: Date;
    readonly to: Date;
    readonly factor?: number | null;
  } | null;
}

/** What people do to stored readings. Meters that the caller may not see are as if they were not there. */
export const editingMutations = {
  async editReadings(_: unknown, args: EditArgs, context: EnergyContext): Promise<Edit> {
    const operation = operationOf(args);
    const meter = await askMeter(context, args.meterId);
    if (meter === null) throw noMeter(args.meterId);
    return context.quality.edit({ meter, operation, reason: args.reason, by: context.principal.subject });
  },

  undoEdit: (
    _: unknown,
    { id, reason }: { id: string; reason: string },
    context: EnergyContext,
  ): Promise<Edit> =>
    context.quality.undo({ id, reason, grant: context.grant, by: context.principal.subject }),

  async checkSync(
    _: unknown,
    { from, to, repair }: { from: Date; to: Date; repair: boolean },
    context: EnergyContext,
  ): Promise<SyncCheck> {
    const [fromMs, toMs] = [from.getTime(), to.getTime()];
    if (fromMs >= toMs || toMs - fromMs > 31 * 86_400_000)
      throw new EaioError(
        'BAD_USER_INPUT',
        '`from` must be before `to`, by 31 days at most; for more there is `eaio sync`.',
      );
    const report = await context.quality.sync({
      ...{ fromMs, toMs, repair },
      by: context.principal.subject,
      signal: context.signal,
    });
    return { ...report, from, to, errorRatio: errorRatioOf(report) };
  },

  async estimateGaps(
    _: unknown,
    {
      meterIds,
      buildingIds,
      range,
    }: { meterIds?: readonly string[] | null; buildingIds?: readonly string[] | null; range: TimeRange },
    context: EnergyContext,
  ) {
    const asked = [...(meterIds ?? []), ...(buildingIds ?? [])];
    if (asked.length === 0 || asked.length > mostAsked)
      throw new EaioError(
        'BAD_USER_INPUT',
        `meterIds, buildingIds: name 1 to ${mostAsked} in all, not ${asked.length}; for more there is \`eaio estimate\`.`,
      );
    const [meters, buildings] = await Promise.all([
      Promise.all(
        (meterIds ?? []).map(async (id) => (await askMeter(context, id)) ?? Promise.reject(noMeter(id))),
      ),
      Promise.all(
        (buildingIds ?? []).map(
          async (id) =>
            (await context.loaders.building.load(id)) ??
            Promise.reject(new EaioError('NOT_FOUND', `There is no building ${id} that you may see.`)),
        ),
      ),
    ]);
    const all = [...meters, ...buildings.flatMap((building) => building.meters)];
    const days = await askDays(context, range, all[0]?.timeZone ?? 'UTC', mostDays.byHour);
    return context.quality.estimate({
      by: context.principal.subject,
      meterIds: all.map(({ id }) => id),
      range: days,
      signal: context.signal,
    });
  },
};

const mostAsked = 200;

export const syncDifferenceResolvers = {
  at: ({ atMs }: { readonly atMs: number }) => new Date(atMs),
};

export const editResolvers = {
  async meter({ meterId }: Edit, _: unknown, context: EnergyContext) {
    const meter = await askMeter(context, meterId);
    if (meter === null) throw noMeter(meterId);
    return meter;
  },
};

const noMeter = (id: string): EaioError =>
  new EaioError('NOT_FOUND', `There is no meter ${id} that you may see.`);

/** @throws EaioError BAD_USER_INPUT unless exactly one way of changing is asked for. */
function operationOf({ values, change }: EditArgs): EditOperation {
  if (values != null && change == null)
    return {
      kind: 'SET',
      values: values.map(({ time, value, intervalSeconds }) => ({
        timeMs: time.getTime(),
        value,
        intervalSeconds: intervalSeconds ?? undefined,
      })),
    };
  if (change == null || values != null)
    throw new EaioError('BAD_USER_INPUT', 'Either `values`, or `change`: name one of them.');
  const range = { fromMs: change.from.getTime(), toMs: change.to.getTime() };
  switch (change.operation) {
    case 'SCALE':
      return { kind: 'SCALE', factor: change.factor ?? Number.NaN, ...range };
    case 'REJECT':
    case 'RESTORE':
      return { kind: change.operation, ...range };
  }
}
