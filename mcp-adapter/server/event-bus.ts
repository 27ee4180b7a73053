import { InMemoryServerEventBus, type ServerEvent, type ServerEventBus } from '@modelcontextprotocol/server';
import { duplicateRedis, type RedisConnection } from '../../platform/redis/redis.ts';

const channel = 'eaio:mcp:changed';

/** One `ServerEventBus` for each group of listeners; changes of lists reach the listeners of every instance. */
export interface EventBuses {
  of(group: string): ServerEventBus;
  /** Nobody is left in the group. */
  release(group: string): void;
  /** Tools, prompts and resources of all servers may have changed: told to every instance. */
  listsChanged(): void;
  /** A resource changed: told to this instance's listeners (each instance follows what its own listeners follow). */
  resourceUpdated(group: string, uri: string): void;
  close(): Promise<void>;
}

const listChanges: readonly ServerEvent[] = [
  { kind: 'tools_list_changed' },
  { kind: 'prompts_list_changed' },
  { kind: 'resources_list_changed' },
];

/**
 * Listeners' events. Without Redis they stay in this process. With it a change of lists is published, and delivered here
 * by what comes back; while Redis is away it is delivered here alone, and others learn of it by the lists' `ttlMs`.
 */
export async function createEventBuses(options: {
  readonly redis: RedisConnection | undefined;
  readonly onError: (error: unknown) => void;
}): Promise<EventBuses> {
  const { redis, onError } = options;
  const buses = new Map<string, InMemoryServerEventBus>();
  const of = (group: string) => {
    const bus = buses.get(group) ?? new InMemoryServerEventBus(onError);
    buses.set(group, bus);
    return bus;
  };
  const tellHere = () => {
    for (const bus of buses.values()) for (const event of listChanges) bus.publish(event);
  };

  const subscriber =
    redis && duplicateRedis(redis, { name: 'mcp-changes', onError, server: { maxRetriesPerRequest: null } });
  subscriber?.on('message', tellHere);
  await subscriber?.subscribe(channel).catch(onError);

  return {
    of,
    release: (group) => void buses.delete(group),
    listsChanged() {
      if (!redis || subscriber?.status !== 'ready') return tellHere();
      redis.publish(channel, 'lists').catch((error: unknown) => {
        onError(error);
        tellHere();
      });
    },
    resourceUpdated: (group, uri) => buses.get(group)?.publish({ kind: 'resource_updated', uri }),
    async close() {
      subscriber?.disconnect();
    },
  };
}
