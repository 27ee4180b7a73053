import { Agent, request } from 'node:http';
import { headersOf, requestBody } from './calls.ts';

/** Streams of `subscriptions/listen`, all on one resource. */
export interface Listeners extends Disposable {
  /** Resolves with the milliseconds from now until each of them has heard of the next change. */
  nextChange(): Promise<readonly number[]>;
}

export async function openListeners(options: {
  readonly url: string;
  readonly token: string;
  readonly uri: string;
  readonly count: number;
}): Promise<Listeners> {
  const { url, token, uri, count } = options;
  const agent = new Agent({ maxSockets: count });
  const body = requestBody('2026-07-28', 'subscriptions/listen', {
    notifications: { resourceSubscriptions: [uri] },
  });
  let onNotice = (): void => {};
  const open = () =>
    new Promise<void>((resolve, reject) => {
      const sent = request(url, {
        method: 'POST',
        agent,
        headers: {
          ...headersOf('2026-07-28', 'subscriptions/listen'),
          authorization: `Bearer ${token}`,
          'content-length': Buffer.byteLength(body),
        },
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        response.setEncoding('utf8').on('data', (text: string) => {
          if (text.includes('subscriptions/acknowledged')) resolve();
          if (text.includes('resources/updated')) onNotice();
          if (text.includes('"error"')) reject(new Error(text));
        });
        response.on('error', () => undefined);
      });
      sent.end(body);
    });
  for (let opened = 0; opened < count; opened += 50)
    await Promise.all(Array.from({ length: Math.min(50, count - opened) }, open));

  return {
    nextChange() {
      const fromMs = performance.now();
      const waits: number[] = [];
      return new Promise((resolve) => {
        onNotice = () => {
          waits.push(performance.now() - fromMs);
          if (waits.length === count) resolve(waits);
        };
      });
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}
