import { duplicateRedis, type RedisConnection } from '../redis/redis.ts';
import { filledChannel, idOf } from './redis-level.ts';
import { within } from './within.ts';

/** Tells who waits that another process has made an answer, or has given up making it. */
export interface FilledNotices extends AsyncDisposable {
  /** Resolves at the next notice for the key, or after `waitMs`; at once when notices can't arrive. */
  next(key: string, waitMs: number): Promise<void>;
}

/** A connection of its own: one that subscribes takes no other commands. */
export function createFilledNotices({ redis }: { readonly redis: RedisConnection }): FilledNotices {
  const subscriber = duplicateRedis(redis, {
    name: 'eaio-cache-notices',
    server: { commandTimeout: undefined },
  });
  const waiting = new Map<string, Set<() => void>>();
  subscriber.on('message', (_channel, id: string) => {
    for (const wake of waiting.get(id) ?? []) wake();
  });
  // ioredis subscribes again by itself after a reconnection.
  subscriber.subscribe(filledChannel).catch(() => {});

  return {
    async next(key, waitMs) {
      if (subscriber.status !== 'ready') return;
      const id = idOf(key);
      const sameKey = waiting.get(id) ?? new Set();
      waiting.set(id, sameKey);
      let wake = (): void => {};
      const notice = new Promise<void>((resolve) => {
        wake = resolve;
        sameKey.add(wake);
      });
      await within(waitMs, notice).catch(() => {});
      sameKey.delete(wake);
      if (sameKey.size === 0) waiting.delete(id);
    },
    async [Symbol.asyncDispose]() {
      for (const sameKey of waiting.values()) for (const wake of sameKey) wake();
      subscriber.disconnect();
    },
  };
}
