import type { RedisConnection } from '../redis/redis.ts';
import { againKey, groupsKey, membersKey, streamKey } from './keys.ts';
import { allPartitions, type Layouts } from './layouts.ts';
import type { Marks } from './marks.ts';

/** Groups that are registered on topics: what they have not read is kept, and too much of it pushes back. */
export interface Groups {
  of(topic: string): Promise<readonly RegisteredGroup[]>;
  /** Does nothing when it is registered already. */
  register(
    topic: string,
    group: string,
    options: { readonly positions: 'redis' | 'elsewhere'; readonly from: 'beginning' | 'now' },
  ): Promise<void>;
  /** Forgets the group and where it stood; its unread entries may be trimmed. False when there was none. */
  unregister(topic: string, group: string): Promise<boolean>;
}

export interface RegisteredGroup {
  readonly name: string;
  readonly positions: 'redis' | 'elsewhere';
  /** RFC 3339. */
  readonly registeredAt: string;
}

export const groupForm = /^[a-z][a-z0-9-]{0,62}$/;

export function createGroups(options: {
  readonly redis: RedisConnection;
  readonly layouts: Layouts;
  readonly marks: Marks;
}): Groups {
  const { redis, layouts, marks } = options;
  return {
    async of(topic) {
      const fields = await redis.hgetall(groupsKey(topic));
      return Object.entries(fields)
        .map(([name, text]) => ({ name, ...(JSON.parse(text) as Omit<RegisteredGroup, 'name'>) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    async register(topic, group, { positions, from }) {
      if (!groupForm.test(group)) throw new Error(`"${group}" is no name of a group: ${groupForm.source}.`);
      if ((await redis.hexists(groupsKey(topic), group)) === 1) return;
      // The marks first: from the moment that the group is known they say what it has to read.
      for (const partition of allPartitions(await layouts.refresh(topic))) {
        await marks.begin({ group, topic, partition, lane: 'live' }, from);
      }
      const facts = { positions, registeredAt: new Date().toISOString() };
      await redis.hsetnx(groupsKey(topic), group, JSON.stringify(facts));
    },

    async unregister(topic, group) {
      const known = await redis.hdel(groupsKey(topic), group);
      await redis.del(membersKey(topic, group));
      for (const partition of allPartitions(await layouts.refresh(topic))) {
        await marks.forget({ group, topic, partition, lane: 'live' });
        await redis.del(againKey(topic, partition, group));
        // A group with positions elsewhere has none in the stream.
        await redis.xgroup('DESTROY', streamKey(topic, partition), group).catch(() => 0);
      }
      return known > 0;
    },
  };
}
