import type { NewEvent } from '../../../platform/bus/types.ts';

/** Data of `eaio.energy.anomaly-opened.v1`, `-closed.v1` and `-acknowledged.v1`. */
export interface AnomalyTold {
  readonly id: string;
  readonly meterId: string;
  readonly buildingId: string;
  readonly type: string;
  readonly kind: string;
  readonly severity: string;
  /** RFC 3339. */
  readonly start: string;
  readonly end: string;
  readonly open: boolean;
  readonly expected: number | null;
  readonly actual: number | null;
}

export const anomalyChanges = ['opened', 'closed', 'acknowledged'] as const;
export type AnomalyNews = (typeof anomalyChanges)[number];

export const anomalyTopic = (news: AnomalyNews): string => `energy.anomaly-${news}`;

/** Answers about anomalies depend on these. */
export const anomaliesTag = 'anomalies';
export const anomalyTag = (buildingId: string): string => `anomalies:${buildingId}`;

export const anomalyEvent = (news: AnomalyNews, data: AnomalyTold): NewEvent<AnomalyTold> => ({
  type: `eaio.${anomalyTopic(news)}.v1`,
  source: '/subgraphs/energy',
  subject: data.meterId,
  tags: [anomaliesTag, anomalyTag(data.buildingId)],
  data,
});
