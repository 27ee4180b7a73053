import { auditTopic } from '../../platform/audit/types.ts';
import { defineTopics } from '../../platform/bus/define-topics.ts';
import { qualityFellTopic } from '../../subgraphs/energy/live/quality-fell.ts';

/** Records that wait in the stream while their writer or PostgreSQL is away: days of them, where reads are not counted. */
const auditLength = 1_000_000;

/** Topics that are more than one stream of news: whose events are worked through by groups, or kept for longer. */
export const busTopics = defineTopics({
  // Alerts: never behind readings by the million.
  [qualityFellTopic]: { priority: 'alert' },
  [auditTopic]: { retention: { maxEntries: auditLength }, hardLimit: auditLength },
});
