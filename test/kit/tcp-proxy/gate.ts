export interface Gate {
  open(): void;
  shut(): void;
  /** Resolves at once when open, else when it opens. */
  passed(): Promise<void>;
}

export function createGate(): Gate {
  let opening: PromiseWithResolvers<void> | undefined;
  return {
    open() {
      opening?.resolve();
      opening = undefined;
    },
    shut() {
      opening ??= Promise.withResolvers();
    },
    async passed() {
      // Shut again before this one had its turn: it waits on.
      while (opening !== undefined) await opening.promise;
    },
  };
}
