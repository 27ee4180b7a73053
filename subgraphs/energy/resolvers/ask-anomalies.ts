import { toConnection } from '../../../platform/subgraph/relay/connection.ts';
import { encodeCursor } from '../../../platform/subgraph/relay/cursor.ts';
import { pageArguments } from '../../../platform/subgraph/relay/page.ts';
import type { AnomalyKind, Severity } from '../anomalies/kinds.ts';
import type { EnergyContext } from '../context.ts';
import type { AnomalyConditions, AnomalyScope, StoredAnomaly } from '../store/anomalies.ts';
import { findOverrides } from '../store/rules.ts';
import { viewRules } from '../vee/edit-rules.ts';

interface AnomalyFilter {
  readonly kinds?: readonly AnomalyKind[] | null;
  readonly leastSeverity?: Severity | null;
  readonly open?: boolean | null;
  readonly acknowledged?: boolean | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
}

export interface AnomaliesArgs {
  readonly filter?: AnomalyFilter | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

const order = 'anomaly:START';

/** A page of anomalies, newest first, of everything that may be seen, of a building or of a meter. */
export async function askAnomalies(
  context: EnergyContext,
  place: { readonly scope: AnomalyScope; readonly key: string; readonly tag: string },
  { filter, ...args }: AnomaliesArgs,
) {
  context.tag(place.tag);
  const page = pageArguments(args, { max: 500, order, shape: ['number', 'string'] });
  const [startMs, id] = page.after ?? [];
  const conditions: AnomalyConditions = {
    kinds: filter?.kinds ?? null,
    leastSeverity: filter?.leastSeverity ?? null,
    open: filter?.open ?? null,
    acknowledged: filter?.acknowledged ?? null,
    from: filter?.from ?? null,
    to: filter?.to ?? null,
  };
  const rows = await context.loaders.anomalies.load({
    ...{ scope: place.scope, key: place.key, conditions },
    page: {
      limit: page.first + 1,
      after: typeof startMs === 'number' && typeof id === 'string' ? [startMs, Number(id)] : null,
    },
  });
  return toConnection({
    rows,
    page,
    cursorOf: (anomaly) => encodeCursor(order, [anomaly.start.getTime(), anomaly.id]),
    nodeOf: (anomaly) => anomaly,
  });
}

/** What a meter is judged by. */
export async function askRules(
  meter: { readonly meterNo: number; readonly type: StoredAnomaly['type'] },
  { db }: EnergyContext,
) {
  const override = (await findOverrides(db, [meter.meterNo])).get(meter.meterNo);
  return viewRules(meter.type, override?.rules ?? null);
}
