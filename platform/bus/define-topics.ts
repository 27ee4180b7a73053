import { parseEventType } from './event-type.ts';

/**
 * In which order work is done when there is more than hands: each class has hands of its own, so that none ever waits for
 * a lower one. `control` commands and their answers; `alert` what people must hear; `normal`; `bulk` readings by the million.
 */
export const priorities = ['control', 'alert', 'normal', 'bulk'] as const;
export type Priority = (typeof priorities)[number];

/** Turns the data of one version into that of the next; pure. */
export type Upcaster = (data: unknown) => unknown;

/** What a topic is, as data. Everything may be left out. */
export interface TopicDefinition {
  /** Streams that its events are spread over by their key, when the topic is first used; later `repartition` changes it. Default 1. */
  readonly partitions?: number;
  /** Default `normal`. */
  readonly priority?: Priority;
  /** What is trimmed when every registered group has read it; nothing else is. Defaults: a week, 100,000 entries. */
  readonly retention?: { readonly maxAgeMs?: number; readonly maxEntries?: number };
  /** Entries that a registered group may be behind in a partition before `publish` refuses more (PIPE_FULL). Default 50,000. */
  readonly maxBacklog?: number;
  /** Entries that a partition holds at the very most: beyond them even what was not read is trimmed, loudly. Default 4 times `maxBacklog`. */
  readonly hardLimit?: number;
  /** By the version that they start from: `{ 1: fromV1 }` makes version 2 out of version 1. */
  readonly upcasters?: Readonly<Record<number, Upcaster>>;
}

/** A definition with its defaults filled in. */
export interface Topic {
  readonly name: string;
  readonly partitions: number;
  readonly priority: Priority;
  readonly retention: { readonly maxAgeMs: number; readonly maxEntries: number };
  readonly maxBacklog: number;
  readonly hardLimit: number;
  readonly upcasters: Readonly<Record<number, Upcaster>>;
}

export type Topics = Readonly<Record<string, Topic>>;

const weekMs = 7 * 24 * 3_600_000;

/**
 * Topics as declared data: `defineTopics({ 'energy.readings-received': { partitions: 8, priority: 'bulk' } })`. Each domain
 * declares its own; whoever makes the bus spreads them together.
 * @throws Error that names every fault of a definition: a programmer's mistake.
 */
export function defineTopics(definitions: Readonly<Record<string, TopicDefinition>>): Topics {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, topicOf(name, definition)]),
  );
}

/** A topic as it is defined, or with nothing but defaults. */
export function topicOf(name: string, definition: TopicDefinition = {}): Topic {
  const { partitions = 1, priority = 'normal', retention = {}, maxBacklog = 50_000 } = definition;
  const { hardLimit = maxBacklog * 4 } = definition;
  const topic: Topic = {
    ...{ name, partitions, priority, maxBacklog, hardLimit },
    retention: {
      maxAgeMs: retention.maxAgeMs ?? weekMs,
      maxEntries: retention.maxEntries ?? Math.min(100_000, hardLimit),
    },
    upcasters: definition.upcasters ?? {},
  };
  const faults = [
    parseEventType(`eaio.${name}.v1`) === undefined && 'its name is not <domain>.<what-happened>',
    !isCount(partitions) && 'partitions must be 1 or more',
    !isCount(maxBacklog) && 'maxBacklog must be 1 or more',
    !(topic.hardLimit > maxBacklog) && 'hardLimit must be over maxBacklog',
    topic.retention.maxEntries > topic.hardLimit && 'retention.maxEntries must not be over hardLimit',
  ].filter((fault) => fault !== false);
  if (faults.length > 0) throw new Error(`The topic "${name}" is not well defined: ${faults.join('; ')}.`);
  return topic;
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;
