import { auditTopic } from '../../platform/audit/types.ts';
import { defineTopics } from '../../platform/bus/define-topics.ts';
import { anomalyChanges, anomalyTopic } from '../../subgraphs/energy/anomalies/events.ts';
import { qualityFellTopic } from '../../subgraphs/energy/live/quality-fell.ts';
import { storedReadings } from '../../subgraphs/energy/live/topics.ts';

/** Records that wait in the stream while their writer or PostgreSQL is away: days of them, where reads are not counted. */
const auditLength = 1_000_000;

/** Topics that are more than one stream of news: whose events are worked through by groups, or kept for longer. */
export const busTopics = defineTopics({
  // Alerts: never behind readings by the million.
  [qualityFellTopic]: { priority: 'alert' },
  ...Object.fromEntries(anomalyChanges.map((news) => [anomalyTopic(news), { priority: 'alert' as const }])),
  // Detection works through what is stored.
  [storedReadings]: {},
  [auditTopic]: { retention: { maxEntries: auditLength }, hardLimit: auditLength },
});
