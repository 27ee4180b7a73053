import type { RedisConnection } from '../redis/redis.ts';
import { createScript, sendAll } from './connection.ts';
import type { Topic } from './define-topics.ts';
import { layoutKey, newsChannel, streamKey } from './keys.ts';
import { placeOfKey } from './partition-of.ts';
import { sealPosition } from './position.ts';

/** Partitions that were in use together. Numbers are never used again: a new generation begins behind the one before. */
export interface Generation {
  readonly first: number;
  readonly count: number;
}

export interface Layout {
  /** Oldest first; events are put into the last. */
  readonly generations: readonly [Generation, ...Generation[]];
  /** What is about to follow, while the partitions before it are being sealed. */
  readonly next: Generation | null;
}

/**
 * How topics are spread over partitions. The number changes without losing order within a key: the old partitions are
 * sealed by an entry with the last possible id, behind which Redis itself refuses every other, whoever sends it with
 * whatever it remembers; only then the new ones are opened; and no group begins with a new partition before it has read all
 * old ones to their seal. Whoever meets a change half-way, after a crash for one, brings it to its end.
 */
export interface Layouts {
  /** As last seen; read once, and again when `refresh` says so. */
  of(topic: string): Promise<Layout>;
  refresh(topic: string): Promise<Layout>;
  /** Changes the number of partitions; the same number changes nothing. */
  repartition(topic: string, count: number): Promise<Layout>;
}

export function createLayouts(options: {
  readonly redis: RedisConnection;
  readonly topic: (name: string) => Topic;
}): Layouts {
  const { redis, topic: definitionOf } = options;
  const swap = createScript<number>(redis, {
    name: 'eaioSwap',
    keys: 1,
    lua: `if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
      redis.call('SET', KEYS[1], ARGV[2]) return 1`,
  });
  const known = new Map<string, Promise<Layout>>();

  async function read(topic: string): Promise<Layout> {
    const text = await redis.get(layoutKey(topic));
    if (text === null) {
      const first: Layout = {
        generations: [{ first: 0, count: definitionOf(topic).partitions }],
        next: null,
      };
      await swap(layoutKey(topic), '', JSON.stringify(first));
      return await read(topic);
    }
    const layout = JSON.parse(text) as Layout;
    return layout.next === null ? layout : await settle(topic, text, layout);
  }

  /** Seals what is in use and opens what follows; doing it twice, or two at once, does it once. */
  async function settle(topic: string, text: string, { generations, next }: Layout): Promise<Layout> {
    if (next !== null) {
      const seals = partitionsOf(newest(generations)).map(
        (partition) => ['xadd', streamKey(topic, partition), sealPosition, 'seal', '1'] as const,
      );
      for (const { error } of await sendAll(redis, seals)) {
        if (error !== null && !/equal or smaller|exhausted/.test(error.message)) throw error;
      }
      const after: Layout = { generations: [...generations, next], next: null };
      await swap(layoutKey(topic), text, JSON.stringify(after));
    }
    return await read(topic);
  }

  const refresh = (topic: string): Promise<Layout> => {
    const layout = read(topic);
    known.set(topic, layout);
    layout.catch(() => {
      if (known.get(topic) === layout) known.delete(topic);
    });
    return layout;
  };

  return {
    of: (topic) => known.get(topic) ?? refresh(topic),
    refresh,
    async repartition(topic, count) {
      const { generations } = await refresh(topic);
      const current = newest(generations);
      if (current.count === count) return await refresh(topic);
      const text = JSON.stringify({ generations, next: null } satisfies Layout);
      const next: Generation = { first: current.first + current.count, count };
      await swap(layoutKey(topic), text, JSON.stringify({ generations, next } satisfies Layout));
      const layout = await refresh(topic);
      await redis.publish(newsChannel(topic, '*'), 'layout');
      return layout;
    },
  };
}

export const newest = (generations: Layout['generations']): Generation =>
  generations.at(-1) ?? generations[0];

export const partitionsOf = ({ first, count }: Generation): readonly number[] =>
  Array.from({ length: count }, (_, index) => first + index);

export const allPartitions = ({ generations }: Layout): readonly number[] =>
  generations.flatMap(partitionsOf);

/** Where events of a key are put now. */
export function partitionOfKey({ generations }: Layout, key: string): number {
  const { first, count } = newest(generations);
  return count === 1 ? first : first + placeOfKey(key, count);
}

/** Partitions that a group must have read to their seal before it begins with this one. */
export const partitionsBefore = ({ generations }: Layout, partition: number): readonly number[] =>
  generations.filter(({ first, count }) => first + count <= partition).flatMap(partitionsOf);
