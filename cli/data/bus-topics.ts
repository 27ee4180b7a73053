import { auditTopic } from '../../platform/audit/types.ts';
import { defineTopics } from '../../platform/bus/define-topics.ts';
import { receivedTopic } from '../../subgraphs/energy/ingestion/received.ts';

/** Records that wait in the stream while their writer or PostgreSQL is away: days of them, where reads are not counted. */
const auditLength = 1_000_000;

/** Topics that are more than one stream of news: whose events are worked through by groups, or kept for longer. */
export const busTopics = defineTopics({
  // Entries are batches of up to thousands of readings: the bounds are those of Redis' memory.
  [receivedTopic]: {
    partitions: 8,
    priority: 'bulk',
    retention: { maxAgeMs: 24 * 3_600_000, maxEntries: 2_000 },
    maxBacklog: 2_000,
  },
  [auditTopic]: { retention: { maxEntries: auditLength }, hardLimit: auditLength },
});
