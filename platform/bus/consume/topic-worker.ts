import { setTimeout as wait } from 'node:timers/promises';
import type { Topic } from '../define-topics.ts';
import { newsChannel, wakeChannel } from '../keys.ts';
import { allPartitions, type Layout, partitionsBefore } from '../layouts.ts';
import { sealPosition } from '../position.ts';
import { createBatchWork } from './batch-work.ts';
import { type Bell, createBell } from './bell.ts';
import type { Gate } from './gate.ts';
import type { ConsumerGround } from './ground.ts';
import type { Lease, Leases } from './leases.ts';
import { createGroupReader, createLogReader } from './readers.ts';
import { runSeat } from './seat-loop.ts';
import { shareOf } from './share.ts';
import type { ConsumeOptions } from './types.ts';

export interface TopicWorkerOptions extends Omit<ConsumerGround, 'topic'>, Omit<ConsumeOptions, 'topics'> {
  readonly topic: Topic;
  readonly worker: string;
  readonly leases: Leases;
  readonly leaseMs: number;
  readonly gate: Gate;
}

export interface TopicWorker {
  owned(): readonly { readonly topic: string; readonly partition: number }[];
  /** Lets what runs end, for so long, and hands the partitions over. */
  stop(stopMs: number): Promise<void>;
}

interface Held {
  readonly lease: Lease;
  /** Redis was asked then and said that the lease is ours. */
  renewedAtMs: number;
  readonly stop: AbortController;
  readonly lose: AbortController;
  readonly done: Promise<void>;
}

/**
 * Holds this worker's share of a topic's partitions. A few times in each lease it says that it lives, looks who else does,
 * takes what is its share and free, hands over what has become another's, and renews the rest. What it could not renew for
 * as long as the lease lasts it gives up by its own clock: another may hold it by then.
 */
export function createTopicWorker(options: TopicWorkerOptions): TopicWorker {
  const { topic, group, worker, leases, leaseMs, layouts, marks, groups, wakes, metrics, log } = options;
  const { positions, from = 'beginning', redis, deadLetters } = options;
  const held = new Map<number, Held>();
  const closing = new AbortController();
  const bell = createBell();
  /** By partition, one for each lane. */
  const seatBells = new Map<number, readonly Bell[]>();
  let registered = false;
  let layout: Layout | undefined;

  const hush = [
    wakes.listen(wakeChannel(topic.name), (message) => {
      for (const partition of message.split(','))
        for (const one of seatBells.get(Number(partition)) ?? []) one.ring();
    }),
    ...[group, '*'].map((whose) =>
      wakes.listen(newsChannel(topic.name, whose), () => {
        bell.ring();
        for (const one of [...seatBells.values()].flat()) one.ring();
      }),
    ),
  ];
  const tellNews = () => redis.publish(newsChannel(topic.name, group), worker).catch(() => 0);

  /** True when the group has read the partitions of all generations before to their seal. */
  async function mayBegin(partition: number): Promise<boolean> {
    const before = partitionsBefore(layout ?? (await layouts.of(topic.name)), partition);
    const at = await Promise.all(
      before.map((one) => marks.read({ group, topic: topic.name, partition: one, lane: 'live' })),
    );
    return at.every(({ position }) => position === sealPosition);
  }

  async function serve(lease: Lease, stop: AbortSignal, lose: AbortController): Promise<void> {
    const { partition, epoch } = lease;
    const lanes = (['live', 'again'] as const).map((lane) => ({ lane, bell: createBell() }));
    seatBells.set(
      partition,
      lanes.map(({ bell }) => bell),
    );
    const ends = await Promise.all(
      lanes.map(async ({ lane, bell: laneBell }) => {
        const seat = { group, topic: topic.name, partition, lane };
        const facts = { redis, marks, seat, worker, lease: lease.value };
        const reader =
          positions === 'redis' ? createGroupReader(facts) : createLogReader({ ...facts, positions });
        const work = createBatchWork({
          ...{
            seat,
            epoch,
            reader,
            handle: options.handle,
            retry: options.retry ?? {},
            metrics,
            log,
            deadLetters,
          },
          ...{ decode: options.decode, stopping: stop, lost: lose.signal },
        });
        const end = await runSeat({
          ...{ seat, reader, work, gate: options.gate, maxBatch: options.maxBatch ?? 256, log },
          woken: (signal) => laneBell.rung(signal),
          mayBegin: async () => lane === 'again' || (await mayBegin(partition)),
          onEnd: tellNews,
          ...{ stopping: stop, lost: lose.signal },
        });
        // One lane's loss is the partition's.
        if (end === 'lost') lose.abort();
        return end;
      }),
    );
    held.delete(partition);
    seatBells.delete(partition);
    const lost = ends.includes('lost');
    metrics.leaseChanged(topic.name, group, lost ? 'lost' : 'released');
    if (lost)
      log.warn({ group, topic: topic.name, partition, worker }, 'A partition was lost to another worker');
    await leases.release(lease).catch(() => undefined);
    await tellNews();
  }

  function hold(lease: Lease): void {
    const [stop, lose] = [new AbortController(), new AbortController()];
    metrics.leaseChanged(topic.name, group, 'taken');
    const done = serve(lease, stop.signal, lose).catch((err: unknown) => {
      log.error({ err, topic: topic.name, partition: lease.partition }, 'A partition is given up');
    });
    held.set(lease.partition, { lease, renewedAtMs: performance.now(), stop, lose, done });
  }

  /** What was too new for the workers before, and is not for this one, is tried again. */
  async function revive(): Promise<void> {
    const filter = { group, reason: 'UNKNOWN_VERSION' } as const;
    for (let after: string | undefined; ; ) {
      const letters = await deadLetters.list(topic.name, { filter, after, limit: 100 });
      const known = letters.filter(({ type }) => type !== null && options.knows(type));
      for (const { id } of known) await deadLetters.retry(topic.name, id);
      after = letters.find((letter, index) => index === letters.length - 1 && !known.includes(letter))?.id;
      if (letters.length < 100) return;
    }
  }

  async function settle(): Promise<void> {
    if (!registered) {
      const kind = positions === 'redis' ? 'redis' : 'elsewhere';
      await groups.register(topic.name, group, { positions: kind, from });
      await revive();
      registered = true;
    }
    layout = await layouts.refresh(topic.name);
    const partitions = allPartitions(layout);
    const mine = shareOf(worker, await leases.greet(topic.name), topic.name, partitions);
    await Promise.all(
      partitions.map(async (partition) => {
        const one = held.get(partition);
        if (one === undefined) {
          if (!mine.has(partition) || closing.signal.aborted) return;
          const lease = await leases.take(topic.name, partition);
          if (lease !== undefined) hold(lease);
          return;
        }
        if (!mine.has(partition)) one.stop.abort();
        if (await leases.renew(one.lease)) one.renewedAtMs = performance.now();
        else one.lose.abort();
      }),
    );
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      await settle().catch((err: unknown) => {
        log.warn({ err, group, topic: topic.name }, 'A consumer waits for Redis');
      });
      const now = performance.now();
      for (const one of held.values()) if (now - one.renewedAtMs > leaseMs * 0.9) one.lose.abort();
      await bell.rung(closing.signal, Math.min(1_000, leaseMs / 5));
    }
  }
  const running = run();

  return {
    owned: () => [...held.keys()].map((partition) => ({ topic: topic.name, partition })),
    async stop(stopMs) {
      closing.abort();
      for (const end of hush) end();
      await running;
      for (const one of held.values()) one.stop.abort();
      const all = Promise.all([...held.values()].map(({ done }) => done));
      const renewing = keepLeases();
      const late = new AbortController();
      await Promise.race([
        all,
        wait(stopMs, undefined, { signal: late.signal, ref: false }).catch(() => undefined),
      ]);
      late.abort();
      for (const one of held.values()) one.lose.abort();
      await renewing();
      await leases.leave(topic.name).catch(() => undefined);
      await tellNews();
    },
  };

  /** While the last batches end, their partitions must not be taken. Returns what ends it. */
  function keepLeases(): () => Promise<void> {
    const timer = setInterval(() => {
      for (const { lease } of held.values()) leases.renew(lease).catch(() => undefined);
    }, leaseMs / 5);
    return async () => clearInterval(timer);
  }
}
