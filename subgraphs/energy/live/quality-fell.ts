import { beginning } from '../../../platform/bus/position.ts';
import type { Bus } from '../../../platform/bus/types.ts';
import type { SourceEvent } from '../../../platform/subgraph/types.ts';
import type { QualityFell } from '../quality/metrics/watch.ts';

/** Topic of `eaio.energy.quality-fell.v1`. */
export const qualityFellTopic = 'energy.quality-fell';

export interface QualityFellOptions {
  readonly bus: Bus;
  readonly wants: (fell: QualityFell) => boolean;
  /** The subscriber's last cursor; from now on without it. */
  readonly after: string | undefined;
  readonly signal: AbortSignal;
}

/** Falls as they are found; a cursor is the event's place on the bus. What is told after this call is behind the beginning. */
export async function followQualityFell(
  options: QualityFellOptions,
): Promise<AsyncGenerator<SourceEvent<QualityFell>>> {
  const after = options.after ?? (await options.bus.head(qualityFellTopic)) ?? beginning;
  return falls({ ...options, after });
}

async function* falls({
  bus,
  wants,
  after,
  signal,
}: QualityFellOptions): AsyncGenerator<SourceEvent<QualityFell>> {
  for await (const delivery of bus.follow(qualityFellTopic, { after, signal })) {
    const cursor = delivery.position;
    if (delivery.kind === 'gap') {
      const { from, to, reason } = delivery;
      yield { gap: { from, to, reason }, cursor };
      continue;
    }
    // The bus checked the data against the type's schema before it took the event.
    const fell = delivery.event.data as QualityFell;
    if (wants(fell)) yield { payload: fell, cursor };
  }
}
