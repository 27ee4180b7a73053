import type { Principal } from '../../platform/identity/principal.ts';

/**
 * Requests of the older revision that are under way in this process, so that `notifications/cancelled`, which comes as a
 * request of its own, can end them. Nothing but the token and the request's id ties the two together: when two clients of
 * one token use one id at once neither is ended (the protocol allows to ignore a cancellation). Hanging up always works.
 */
export interface RunningCalls {
  /** Aborts when the call is cancelled; dispose it when the call is over. */
  begin(principal: Principal, id: unknown): Disposable & { readonly signal: AbortSignal };
  cancel(principal: Principal, id: unknown): void;
}

export function createRunningCalls(): RunningCalls {
  // A principal is one object for each distinct token.
  const running = new WeakMap<Principal, Map<unknown, Set<AbortController>>>();
  return {
    begin(principal, id) {
      const controller = new AbortController();
      const own = running.get(principal) ?? new Map<unknown, Set<AbortController>>();
      running.set(principal, own);
      const same = own.get(id) ?? new Set();
      own.set(id, same.add(controller));
      return {
        signal: controller.signal,
        [Symbol.dispose]() {
          same.delete(controller);
          if (same.size === 0 && own.get(id) === same) own.delete(id);
        },
      };
    },
    cancel(principal, id) {
      const [only, ...others] = running.get(principal)?.get(id) ?? [];
      if (others.length === 0) only?.abort(new Error('The caller cancelled.'));
    },
  };
}
