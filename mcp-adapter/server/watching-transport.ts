import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';
import { z } from 'zod';

const listen = z.object({
  id: z.union([z.string(), z.number()]),
  method: z.literal('subscriptions/listen'),
  params: z.object({
    notifications: z.object({ resourceSubscriptions: z.array(z.string()).max(100).optional() }),
  }),
});
const cancelled = z.object({
  method: z.literal('notifications/cancelled'),
  params: z.object({ requestId: z.union([z.string(), z.number()]) }),
});

export interface WatchingTransportOptions {
  readonly inner: Transport;
  /** Begins to watch what a listen request names and returns how to stop. Throws with what to answer instead. */
  readonly onListen: (uris: readonly string[]) => () => void;
  /** The JSON-RPC error for what `onListen` threw. */
  readonly refuse: (error: unknown, id: string | number) => JSONRPCMessage;
}

/**
 * A transport that sees which resources are listened to as the messages pass: over a connection the SDK answers
 * `subscriptions/listen` by itself, and asks nobody what the listener will want to hear of.
 */
export function createWatchingTransport({ inner, onListen, refuse }: WatchingTransportOptions): Transport {
  const stops = new Map<string | number, () => void>();
  const stopAll = () => {
    for (const stop of stops.values()) stop();
    stops.clear();
  };

  /** Whether the message may pass. */
  function look(message: JSONRPCMessage): boolean {
    const asked = listen.safeParse(message).data;
    const ended = cancelled.safeParse(message).data?.params.requestId;
    if (ended !== undefined) {
      stops.get(ended)?.();
      stops.delete(ended);
    }
    if (!asked) return true;
    try {
      stops.get(asked.id)?.();
      stops.set(asked.id, onListen(asked.params.notifications.resourceSubscriptions ?? []));
      return true;
    } catch (error) {
      void inner.send(refuse(error, asked.id));
      return false;
    }
  }

  const transport: Transport = {
    async start() {
      inner.onmessage = (message, extra) => {
        if (look(message)) transport.onmessage?.(message, extra);
      };
      inner.onerror = (error) => transport.onerror?.(error);
      inner.onclose = () => {
        stopAll();
        transport.onclose?.();
      };
      await inner.start();
    },
    send: (message, options) => inner.send(message, options),
    async close() {
      stopAll();
      await inner.close();
    },
  };
  return transport;
}
