import { backoffMs } from '../supervisor/backoff.ts';

/** A server program that runs for us. */
export interface Service {
  readonly url: string;
  readonly port: number;
  /** Resolves when it has ended, by `stop` or by itself. */
  readonly exited: Promise<unknown>;
  stop(): Promise<void>;
}

export interface KeepOptions<S extends Service> {
  readonly name: string;
  /** Begins it; with a port when it must come back where it was. */
  readonly start: (port?: number) => Promise<S>;
  /** It ended although nobody asked it to, or is back. */
  readonly onEvent: (what: string) => void;
}

export interface KeptService<S extends Service> {
  /** As it started first; its address stays the same over restarts. */
  readonly started: Promise<S>;
  /** Stops it for good, even while it is only starting; may be called twice. */
  stop(): Promise<void>;
}

/** Starts a server and keeps it running: one that dies is started again at the same address, later each time. */
export function keepService<S extends Service>({ name, start, onEvent }: KeepOptions<S>): KeptService<S> {
  const started = start();
  const stopping = new AbortController();
  let current: Promise<S | undefined> = started;

  const watch = async (service: S): Promise<void> => {
    await service.exited;
    for (let crashes = 0; !stopping.signal.aborted; crashes++) {
      const waitMs = backoffMs(crashes);
      onEvent(`${name} has ended by itself. Starting it again in ${waitMs / 1000} s.`);
      await pause(waitMs, stopping.signal);
      if (stopping.signal.aborted) return;
      const next = start(service.port);
      current = next.catch(() => undefined);
      const back = await next.catch((error: unknown) =>
        onEvent(`${name}: ${error instanceof Error ? error.message : String(error)}`),
      );
      if (back === undefined) continue;
      onEvent(`${name} is back.`);
      return watch(back);
    }
  };
  // A failure of the first start is for whoever awaits `started`.
  started.then(watch, () => undefined);

  return {
    started,
    async stop() {
      stopping.abort();
      const service = await current.catch(() => undefined);
      await service?.stop();
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
