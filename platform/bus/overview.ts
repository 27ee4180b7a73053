import type { RedisConnection } from '../redis/redis.ts';
import type { Priority } from './define-topics.ts';
import { leaseKey } from './keys.ts';
import { allPartitions } from './layouts.ts';
import type { Office } from './office.ts';
import { sealPosition } from './position.ts';

export interface TopicOverview {
  readonly name: string;
  readonly priority: Priority;
  readonly entries: number;
  readonly partitions: readonly {
    readonly partition: number;
    readonly entries: number;
    readonly added: number;
    readonly sealed: boolean;
  }[];
  readonly groups: readonly {
    readonly name: string;
    readonly registeredAt: string;
    readonly lag: number;
    readonly seats: readonly {
      readonly partition: number;
      readonly position: string;
      readonly lag: number;
      readonly owner: string | null;
    }[];
  }[];
}

/** What topics hold, who reads them, and how far behind: for people. */
export interface Overview {
  readonly topics: readonly string[];
  of(topic: string): Promise<TopicOverview>;
}

export function createOverview({
  redis,
  office,
}: {
  readonly redis: RedisConnection;
  readonly office: Office;
}): Overview {
  return {
    topics: office.topics,
    async of(name) {
      const registered = await office.groups.of(name);
      const surveyed = await Promise.all(
        allPartitions(await office.layouts.refresh(name)).map(async (partition) => ({
          ...{ partition, survey: await office.marks.survey(name, partition) },
          leases: await Promise.all(registered.map((group) => redis.get(leaseKey(name, partition, group.name)))),
        })),
      );
      const groups = registered.map(({ name: group, registeredAt }, index) => {
        const seats = surveyed.map(({ partition, survey, leases }) => {
          const { position, count } = survey.marks.get(group) ?? { position: '0-0', count: 0 };
          // A lease is `<worker>:<epoch>`.
          const owner = leases[index]?.split(':')[0] ?? null;
          return { partition, position, lag: Math.max(0, survey.added - count), owner };
        });
        return { name: group, registeredAt, lag: seats.reduce((sum, { lag }) => sum + lag, 0), seats };
      });
      const partitions = surveyed.map(({ partition, survey: { length, added, last } }) => ({
        ...{ partition, entries: length, added, sealed: last === sealPosition },
      }));
      const entries = partitions.reduce((sum, one) => sum + one.entries, 0);
      return { name, priority: office.topic(name).priority, entries, partitions, groups };
    },
  };
}
