import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Gate } from './gate.ts';
import { reset } from './reset.ts';

export interface Faults {
  readonly delayMs: number;
  readonly closeDelayMs: number;
  readonly gate: Gate;
}

/** Held in the proxy before it stops reading. */
const maxHeldBytes = 1 << 20;

/** Passes one direction of a connection on, in order, late by `delayMs` from its arrival; a reset is passed on as a reset. */
export function forward(from: Socket, to: Socket, faults: Faults): void {
  let held = 0;
  let line: Promise<void> = Promise.resolve();
  from.on('data', (chunk: Buffer) => {
    const due = faults.delayMs === 0 ? undefined : delay(faults.delayMs);
    held += chunk.length;
    if (held > maxHeldBytes) from.pause();
    line = line.then(async () => {
      await due;
      await faults.gate.passed();
      if (!to.destroyed && !to.write(chunk))
        await Promise.race([once(to, 'drain'), once(to, 'close')]).catch(() => undefined);
      held -= chunk.length;
      if (held <= maxHeldBytes) from.resume();
    });
  });
  from.on('end', () => {
    line = line.then(async () => {
      if (faults.closeDelayMs > 0) await delay(faults.closeDelayMs);
      await faults.gate.passed();
      to.end();
    });
  });
  from.on('error', () => reset(to));
}
