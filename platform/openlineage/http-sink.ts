import type { LineageSink } from './lineage.ts';

export interface HttpSinkOptions {
  /** Where events are posted, for example `http://marquez:5000/api/v1/lineage`. */
  readonly url: string;
  /** A job waits no longer than this for the other side; default 2 s. */
  readonly timeoutMs?: number | undefined;
}

/** Posts each event to a server that speaks OpenLineage. Not tried again: the database keeps every event. */
export function createHttpSink({ url, timeoutMs = 2_000 }: HttpSinkOptions): LineageSink {
  return {
    name: 'OpenLineage server',
    async record(event) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(event),
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`The OpenLineage server answered ${response.status}.`);
    },
  };
}
