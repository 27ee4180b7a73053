import type { Bus, Delivery } from '../../../platform/bus/types.ts';
import type { SourceEvent } from '../../../platform/subgraph/types.ts';
import { type AnomalyNews, type AnomalyTold, anomalyChanges, anomalyTopic } from '../anomalies/events.ts';
import { findAnomalies, type StoredAnomaly } from '../store/anomalies.ts';
import type { Database, Grant } from '../store/database.ts';

export interface AnomalyChangedOptions {
  readonly bus: Pick<Bus, 'follow'>;
  readonly db: Database;
  /** What the subscriber may see, and the buildings asked for; null for all that may be seen. */
  readonly grant: Grant;
  readonly buildingIds: readonly string[] | null;
  readonly signal: AbortSignal;
}

export interface AnomalyChange {
  readonly change: 'OPENED' | 'CLOSED' | 'ACKNOWLEDGED';
  readonly anomaly: StoredAnomaly;
}

/** Anomalies that are found, over, or taken note of, from now on, as they are when they are told of. */
export async function* followAnomalies({
  bus,
  db,
  grant,
  buildingIds,
  signal,
}: AnomalyChangedOptions): AsyncGenerator<SourceEvent<AnomalyChange>> {
  const streams = anomalyChanges.map((news) => ({
    news,
    deliveries: bus.follow(anomalyTopic(news), { signal }),
  }));
  for await (const { news, delivery } of merge(streams)) {
    if (delivery.kind === 'gap') {
      const { from, to, reason } = delivery;
      yield { gap: { from, to, reason } };
      continue;
    }
    // The bus checked the data against the type's schema before it took the event.
    const { id, buildingId } = delivery.event.data as AnomalyTold;
    if (!(buildingIds?.includes(buildingId) ?? true)) continue;
    const anomaly = (await findAnomalies(db, grant, [id])).get(id);
    if (anomaly !== undefined) yield { payload: { change: changeOf[news], anomaly } };
  }
}

const changeOf = { opened: 'OPENED', closed: 'CLOSED', acknowledged: 'ACKNOWLEDGED' } as const;

interface Stream {
  readonly news: AnomalyNews;
  readonly deliveries: AsyncIterator<Delivery>;
}

/** Whatever comes first of several streams, until all have ended. */
async function* merge(streams: readonly Stream[]) {
  const next = async (stream: Stream) => ({ stream, result: await stream.deliveries.next() });
  const waiting = new Map(streams.map((stream) => [stream, next(stream)]));
  while (waiting.size > 0) {
    const { stream, result } = await Promise.race(waiting.values());
    if (result.done === true) {
      waiting.delete(stream);
      continue;
    }
    waiting.set(stream, next(stream));
    yield { news: stream.news, delivery: result.value };
  }
}
