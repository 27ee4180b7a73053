/** npm, the bootstrap and the terminal each pass the same Ctrl-C on: repeats within this are the same wish. */
const sameWishMs = 1_500;

/**
 * Aborts when this process is asked to stop: Ctrl-C, SIGTERM, a closed terminal, or the loss of the process that started it.
 * Asked again later, it calls `onImpatience`: whoever asks does not want to wait for the drain.
 */
export function stopSignal(onImpatience: () => void): AbortSignal {
  const controller = new AbortController();
  let asked = Number.NEGATIVE_INFINITY;
  const ask = (): void => {
    const now = performance.now();
    if (!controller.signal.aborted) asked = now;
    else if (now - asked > sameWishMs) onImpatience();
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  if (process.connected) process.once('disconnect', ask);
  return controller.signal;
}
