import { duplicateRedis, type RedisConnection } from '../redis/redis.ts';

/**
 * Pub/Sub on a connection of its own, opened by the first who listens. It carries no truth: a message only says that it is
 * worth looking now, and whoever listens looks now and then anyway, so that a lost message costs a second and nothing else.
 */
export interface Wakes extends AsyncDisposable {
  /** Calls `wake` with each message of the channel; returns what ends that. */
  listen(channel: string, wake: (message: string) => void): () => void;
}

export function createWakes(redis: RedisConnection): Wakes {
  const listeners = new Map<string, Set<(message: string) => void>>();
  let connection: RedisConnection | undefined;

  function open(): RedisConnection {
    const opened = duplicateRedis(redis, { name: 'eaio-bus-wakes' });
    opened.on('message', (channel: string, message: string) => {
      for (const wake of listeners.get(channel) ?? []) wake(message);
    });
    // Also what could not be said while Redis was away.
    opened.on('ready', () => {
      if (listeners.size > 0) opened.subscribe(...listeners.keys()).catch(() => undefined);
    });
    return opened;
  }

  return {
    listen(channel, wake) {
      const waking = listeners.get(channel) ?? new Set();
      waking.add(wake);
      if (!listeners.has(channel)) {
        listeners.set(channel, waking);
        connection ??= open();
        connection.subscribe(channel).catch(() => undefined);
      }
      return () => {
        waking.delete(wake);
        if (waking.size > 0 || listeners.get(channel) !== waking) return;
        listeners.delete(channel);
        connection?.unsubscribe(channel).catch(() => undefined);
      };
    },
    async [Symbol.asyncDispose]() {
      listeners.clear();
      connection?.disconnect();
      connection = undefined;
    },
  };
}
