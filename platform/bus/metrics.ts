import type { Metrics } from '../telemetry/metrics.ts';

/** What the bus counts, by topic and group. */
export interface BusMetrics {
  published(topic: string, events: number): void;
  refused(topic: string): void;
  consumed(topic: string, group: string, events: number): void;
  retried(topic: string, group: string): void;
  deadLettered(topic: string, group: string, reason: string): void;
  /** A partition was taken, handed over, or lost. */
  leaseChanged(topic: string, group: string, change: 'taken' | 'released' | 'lost'): void;
  /** Events that a group was never given. */
  missed(topic: string, group: string, events: number): void;
  lag(topic: string, group: string, entries: number): void;
}

export function createBusMetrics(metrics: Metrics | undefined): BusMetrics {
  if (metrics === undefined) return silent;
  const byGroup = ['topic', 'group'] as const;
  const count = <const Label extends string>(what: string, help: string, labels: readonly Label[]) =>
    metrics.counter({ name: `eaio_bus_${what}_total`, help, labels });
  const published = count('events_published', 'Events that Redis has taken.', ['topic']);
  const refused = count('publishes_refused', 'Publishes that were pushed back: the pipe was full.', [
    'topic',
  ]);
  const consumed = count('events_consumed', 'Events whose effect is there.', byGroup);
  const retried = count('batches_retried', 'Batches that failed and are tried again.', byGroup);
  const dead = count('dead_letters', 'Events that were given up.', ['topic', 'group', 'reason']);
  const leases = count('lease_changes', 'Partitions that changed hands.', ['topic', 'group', 'change']);
  const missed = count('events_missed', 'Events trimmed or lost before a group had read them.', byGroup);
  const lag = metrics.gauge({
    name: 'eaio_bus_lag_entries',
    help: 'Entries that a registered group has not read yet.',
    labels: byGroup,
  });
  return {
    published: (topic, events) => published.inc({ topic }, events),
    refused: (topic) => refused.inc({ topic }),
    consumed: (topic, group, events) => consumed.inc({ topic, group }, events),
    retried: (topic, group) => retried.inc({ topic, group }),
    deadLettered: (topic, group, reason) => dead.inc({ topic, group, reason }),
    leaseChanged: (topic, group, change) => leases.inc({ topic, group, change }),
    missed: (topic, group, events) => missed.inc({ topic, group }, events),
    lag: (topic, group, entries) => lag.set({ topic, group }, entries),
  };
}

const nothing = () => undefined;
const silent: BusMetrics = {
  ...{ published: nothing, refused: nothing, consumed: nothing, retried: nothing, deadLettered: nothing },
  ...{ leaseChanged: nothing, missed: nothing, lag: nothing },
};
