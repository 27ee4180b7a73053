import { Client } from 'undici';
import { codeOf, messageOf } from '../../platform/errors/facts.ts';

/** One request of the load, and how it ended. */
export interface Sent {
  /** Milliseconds on the monotonic clock: when it was due, and when it ended. */
  readonly dueMs: number;
  readonly endedMs: number;
  /** Who answers on the connection that it was sent on: the process part of the request ids; undefined before any answer. */
  readonly process: string | undefined;
  readonly outcome:
    | { readonly kind: 'answered'; readonly status: number; readonly body: string }
    /** The connection failed under it: the code that the system gave. */
    | { readonly kind: 'failed'; readonly code: string };
}

export interface OpenLoop extends AsyncDisposable {
  readonly sent: readonly Sent[];
  /** Resolves when so many more requests have ended. */
  ended(count: number): Promise<void>;
  /** Sends no more; resolves when all that was sent has ended. */
  stop(): Promise<readonly Sent[]>;
}

/** An answer that is not there by now will not come. */
const giveUpMs = 30_000;

/**
 * So many requests a second whatever the server does, over kept connections, each used by one request at a time. When
 * there is no free one a request waits, and its time counts from when it was due.
 */
export function openLoop(options: {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of the n-th POST to /graphql. */
  readonly body: (n: number) => string;
  readonly ratePerSecond: number;
  readonly connections: number;
}): OpenLoop {
  const { origin, headers, body, ratePerSecond, connections } = options;
  const clients = Array.from({ length: connections }, () => openConnection(origin));
  const sent: Sent[] = [];
  const waiting: { readonly dueMs: number; readonly n: number }[] = [];
  const free = [...clients];
  const wakes = new Set<() => void>();
  const begunMs = performance.now();
  let due = 0;

  function next(): void {
    for (;;) {
      const [client, request] = [free[0], waiting[0]];
      if (client === undefined || request === undefined) return;
      free.shift();
      waiting.shift();
      void client.send(headers, body(request.n)).then((done) => {
        sent.push({ ...done, dueMs: request.dueMs, endedMs: performance.now() });
        free.push(client);
        for (const wake of wakes) wake();
        next();
      });
    }
  }

  const timer = setInterval(() => {
    const elapsedMs = performance.now() - begunMs;
    for (; due < (elapsedMs * ratePerSecond) / 1_000; due += 1) {
      waiting.push({ dueMs: begunMs + (due * 1_000) / ratePerSecond, n: due });
    }
    next();
  }, 2);

  const until = (reached: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        if (!reached()) return;
        wakes.delete(wake);
        resolve();
      };
      wakes.add(wake);
      wake();
    });
  return {
    sent,
    ended(count) {
      const goal = sent.length + count;
      return until(() => sent.length >= goal);
    },
    async stop() {
      clearInterval(timer);
      await until(() => sent.length === due);
      return sent;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      waiting.length = 0;
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}

function openConnection(origin: string) {
  const client = new Client(origin, { pipelining: 1, bodyTimeout: giveUpMs, headersTimeout: giveUpMs });
  let process: string | undefined;
  client.on('disconnect', () => {
    process = undefined;
  });
  return {
    close: () => client.destroy(),
    async send(
      headers: Readonly<Record<string, string>>,
      body: string,
    ): Promise<Pick<Sent, 'process' | 'outcome'>> {
      const before = process;
      try {
        const response = await client.request({ path: '/graphql', method: 'POST', headers, body });
        process = processOf(response.headers['x-request-id']);
        const text = await response.body.text();
        return { process, outcome: { kind: 'answered', status: response.statusCode, body: text } };
      } catch (error) {
        return { process: before, outcome: { kind: 'failed', code: codeOf(error) || messageOf(error) } };
      }
    },
  };
}

/** The edge process that gave a request its id. */
export const processOf = (requestId: unknown): string => String(requestId).split('-')[0] ?? '';
