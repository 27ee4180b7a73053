import { EaioError } from '../errors/eaio-error.ts';
import type { RedisConnection } from '../redis/redis.ts';
import type { Backlog } from './backlog.ts';
import type { Command } from './connection.ts';
import { sendAll } from './connection.ts';
import type { Topic } from './define-topics.ts';
import { encodeEntry } from './entry.ts';
import type { NewEvent, Place } from './event.ts';
import type { EventSchemas } from './event-schemas.ts';
import { parseEventType } from './event-type.ts';
import { streamKey, wakeChannel } from './keys.ts';
import { type Layouts, partitionOfKey } from './layouts.ts';
import type { BusMetrics } from './metrics.ts';

export interface Publisher {
  /** See `Bus.publish`. */
  publish(events: readonly NewEvent[]): Promise<readonly Place[]>;
}

interface Entry {
  readonly event: NewEvent;
  readonly topic: Topic;
  readonly fields: readonly string[];
}

/** Puts events into the partitions of their keys, and wakes whoever waits for them. */
export function createPublisher(options: {
  readonly redis: RedisConnection;
  readonly schemas: EventSchemas;
  readonly topic: (name: string) => Topic;
  readonly layouts: Layouts;
  readonly backlog: Backlog;
  readonly metrics: BusMetrics;
  readonly clock: () => number;
}): Publisher {
  const { redis, schemas, topic: topicOf, layouts, backlog, metrics, clock } = options;

  async function partitionFor({ event, topic }: Entry): Promise<number> {
    if (event.partition !== undefined) return event.partition;
    return partitionOfKey(await layouts.of(topic.name), event.key ?? event.subject ?? '');
  }

  async function admitted(topic: Topic, counts: ReadonlyMap<number, number>): Promise<void> {
    try {
      await backlog.admit(topic, counts);
    } catch (error) {
      if (error instanceof EaioError && error.code === 'PIPE_FULL') metrics.refused(topic.name);
      throw error;
    }
  }

  /** Places by index; what met a sealed partition stays without one. Within a partition nothing passes what was refused. */
  async function append(entries: readonly (readonly [index: number, entry: Entry, partition: number])[]) {
    const commands = entries.map(([, { topic, fields }, partition]): Command => {
      return ['xadd', streamKey(topic.name, partition), 'MAXLEN', '~', topic.hardLimit, '*', ...fields];
    });
    const outcomes = await sendAll(redis, commands);
    const places = new Map<number, Place>();
    let failure: Error | undefined;
    for (const [at, [index, { topic }, partition]] of entries.entries()) {
      const outcome = outcomes[at];
      if (outcome?.error === null) {
        places.set(index, { topic: topic.name, partition, position: String(outcome.reply) });
      } else if (!/exhausted the last possible ID/.test(outcome?.error.message ?? '')) {
        failure ??= outcome?.error ?? new Error('Redis gave no answer.');
      }
    }
    const woken = Map.groupBy(places.values(), ({ topic }) => topic);
    for (const [topic, of] of woken) {
      const partitions = [...new Set(of.map(({ partition }) => partition))].join(',');
      redis.publish(wakeChannel(topic), partitions).catch(() => undefined);
      metrics.published(topic, of.length);
    }
    if (failure !== undefined) throw unavailable(failure);
    return places;
  }

  return {
    async publish(events) {
      const time = new Date(clock()).toISOString();
      for (const event of events) schemas.check(event);
      const entries = events.map((event): Entry => {
        const topic = topicOf(parseEventType(event.type)?.topic ?? '');
        return { event, topic, fields: encodeEntry(event, time) };
      });
      const placed: Place[] = [];
      let open = [...entries.entries()];
      try {
        let partitions = await Promise.all(entries.map(partitionFor));
        for (const [topic, of] of Map.groupBy(entries.keys(), (index) => entries[index]?.topic)) {
          const counts = new Map<number, number>();
          for (const index of of) {
            const partition = partitions[index] ?? 0;
            counts.set(partition, (counts.get(partition) ?? 0) + 1);
          }
          if (topic !== undefined) await admitted(topic, counts);
        }
        while (open.length > 0) {
          const places = await append(
            open.map(([index, entry]) => [index, entry, partitions[index] ?? 0] as const),
          );
          for (const [index, place] of places) placed[index] = place;
          open = open.filter(([index]) => !places.has(index));
          const fixed = open.find(([, { event }]) => event.partition !== undefined);
          if (fixed !== undefined) throw moved(fixed[1].topic);
          for (const name of new Set(open.map(([, { topic }]) => topic.name))) await layouts.refresh(name);
          if (open.length > 0) partitions = await Promise.all(entries.map(partitionFor));
        }
      } catch (error) {
        throw error instanceof EaioError ? error : unavailable(error);
      }
      return placed;
    },
  };
}

const unavailable = (cause: unknown): EaioError =>
  new EaioError('DEPENDENCY_UNAVAILABLE', 'The event bus does not answer now. Try again in a moment.', {
    cause,
  });

const moved = ({ name }: Topic): EaioError =>
  new EaioError(
    'DEPENDENCY_UNAVAILABLE',
    `${name} was just spread over other partitions: ask for the partition again.`,
  );
