import { type FromRole, isToRole } from '../supervisor/messages.ts';
import { Interrupted } from '../supervisor/stop-signal.ts';

/** A role's line to its supervisor, if it has one. */
export interface SuperviseeLink {
  /** Aborts when the supervisor says so. (That it is gone is the stop signal's business.) */
  readonly drain: AbortSignal;
  /** Says that all is built; resolves when the doors may open, without a supervisor at once. */
  prepared(): Promise<void>;
  ready(): void;
  failed(sentence: string): void;
}

/** Without a supervisor the line is open at both ends: `prepared` resolves at once. */
export function superviseeLink(supervised: boolean): SuperviseeLink {
  const drain = new AbortController();
  const serve = Promise.withResolvers<void>();
  const tell = (message: FromRole): void => {
    // Lost meanwhile: then there is nobody to tell, and the stop signal has seen it.
    if (supervised && process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
  if (!supervised) serve.resolve();
  process.on('message', (message) => {
    if (!isToRole(message)) return;
    switch (message.kind) {
      case 'serve':
        return serve.resolve();
      case 'drain':
        return drain.abort(new Interrupted());
    }
  });
  return {
    drain: drain.signal,
    prepared() {
      tell({ kind: 'prepared' });
      return serve.promise;
    },
    ready: () => tell({ kind: 'ready' }),
    failed: (sentence) => tell({ kind: 'failed', sentence }),
  };
}
