import type { AuditRecord } from './types.ts';

export interface Refusals {
  add(record: AuditRecord): void;
  /** Gives out what is still being counted. */
  close(): void;
}

interface Counted {
  readonly record: AuditRecord;
  readonly untilMs: number;
  count: number;
}

const maxKept = 1_000;

/**
 * The first of equal refusals (who, from where, what, why) goes on record at once; those that follow within `mergeMs` become
 * one record with their count. Whoever hammers at a locked door is on record without filling it.
 */
export function createRefusals({
  mergeMs,
  clock,
  give,
}: {
  readonly mergeMs: number;
  readonly clock: () => number;
  readonly give: (record: AuditRecord) => void;
}): Refusals {
  const counted = new Map<string, Counted>();
  let timer: NodeJS.Timeout | undefined;

  function sweep(all: boolean): void {
    timer = undefined;
    const now = clock();
    for (const [key, { record, untilMs, count }] of counted) {
      if (!all && untilMs > now && counted.size <= maxKept) continue;
      counted.delete(key);
      if (count > 0) give({ ...record, count });
    }
    if (counted.size > 0) schedule();
  }

  function schedule(): void {
    timer ??= setTimeout(() => sweep(false), mergeMs).unref();
  }

  return {
    add(record) {
      const { subject, address, what, code, kind } = record;
      const key = JSON.stringify([kind, subject, address, what, code]);
      const known = counted.get(key);
      if (known === undefined || known.untilMs <= clock()) {
        if (known !== undefined && known.count > 0) give({ ...known.record, count: known.count });
        counted.set(key, { record, untilMs: clock() + mergeMs, count: 0 });
        give(record);
        if (counted.size > maxKept) sweep(true);
        else schedule();
        return;
      }
      // The latest stands for all that came after the first.
      counted.set(key, { ...known, record, count: known.count + 1 });
    },
    close() {
      clearTimeout(timer);
      sweep(true);
    },
  };
}
