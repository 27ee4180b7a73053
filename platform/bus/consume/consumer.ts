import { randomUUID } from 'node:crypto';
import { type Priority, priorities } from '../define-topics.ts';
import { createGate, type Gate } from './gate.ts';
import type { ConsumerGround } from './ground.ts';
import { createLeases } from './leases.ts';
import { createTopicWorker, type TopicWorker } from './topic-worker.ts';
import type { ConsumeOptions, Consumer } from './types.ts';

/** A worker of a group, over all its topics. Each class of priority has places of its own: no alert waits for a reading. */
export function createConsumer(ground: ConsumerGround, options: ConsumeOptions): Consumer {
  const { group, topics, concurrency = 4, leaseMs = 5_000, stopMs = 10_000 } = options;
  const worker = randomUUID();
  const gates = Object.fromEntries(priorities.map((name) => [name, createGate(concurrency)])) as Readonly<
    Record<Priority, Gate>
  >;
  const leases = createLeases({ redis: ground.redis, group, worker, leaseMs });
  const workers = topics.map((name): TopicWorker => {
    const topic = ground.topic(name);
    return createTopicWorker({
      ...ground,
      ...options,
      topic,
      worker,
      leases,
      leaseMs,
      gate: gates[topic.priority],
    });
  });
  let stopping: Promise<void> | undefined;
  return {
    worker,
    owned: () => workers.flatMap((one) => one.owned()),
    async [Symbol.asyncDispose]() {
      stopping ??= Promise.all(workers.map((one) => one.stop(stopMs))).then(() => undefined);
      await stopping;
    },
  };
}
