import { type CloseReport, closeInTime } from './close-in-time.ts';

export type { CloseReport } from './close-in-time.ts';

export interface LifecycleOptions {
  /** How long each resource may take to close; default 10 s. */
  readonly deadlineMs?: number | undefined;
  /** Told of each resource that hung or failed, as it happens. */
  readonly log?: ((message: string, error?: unknown) => void) | undefined;
}

type Phase =
  | { readonly kind: 'open' }
  /** And closed, once the report has come. */
  | { readonly kind: 'closing'; readonly report: Promise<CloseReport> };

export interface Lifecycle extends AsyncDisposable {
  readonly closing: boolean;
  /** Remembers how to close something just opened; gives it back. */
  use<T extends AsyncDisposable>(name: string, resource: T): T;
  /** The same for what has no `Symbol.asyncDispose`. `deadlineMs` in place of the common one. */
  defer(name: string, close: () => unknown, options?: { readonly deadlineMs?: number }): void;
  /** Closes everything, the last opened first; may be called any number of times. Never rejects. */
  close(): Promise<CloseReport>;
}

/**
 * What a process opened, in order. Closing goes the other way round, one after another, so that nothing loses what it
 * stands on; what hangs is named and passed over, and what fails does not keep the rest open.
 */
export function createLifecycle(options: LifecycleOptions = {}): Lifecycle {
  const { deadlineMs = 10_000, log = () => undefined } = options;
  const opened: { readonly name: string; readonly close: () => unknown; readonly deadlineMs: number }[] = [];
  let phase: Phase = { kind: 'open' };

  async function closeAll(): Promise<CloseReport> {
    const report = { hung: [] as string[], failed: [] as { name: string; error: unknown }[] };
    for (let next = opened.pop(); next !== undefined; next = opened.pop()) {
      const { name } = next;
      const outcome = await closeInTime(next.close, next.deadlineMs);
      switch (outcome.kind) {
        case 'closed':
          break;
        case 'hung':
          report.hung.push(name);
          log(`${name} did not close within ${next.deadlineMs / 1000} s and is left.`);
          break;
        case 'failed':
          report.failed.push({ name, error: outcome.error });
          log(`${name} failed to close.`, outcome.error);
          break;
        default:
          outcome satisfies never;
      }
    }
    return report;
  }

  async function closeAllAfter(earlier: Promise<CloseReport>): Promise<CloseReport> {
    const [first, second] = [await earlier, await closeAll()];
    return { hung: [...first.hung, ...second.hung], failed: [...first.failed, ...second.failed] };
  }

  const lifecycle: Lifecycle = {
    get closing() {
      return phase.kind === 'closing';
    },
    use(name, resource) {
      lifecycle.defer(name, () => resource[Symbol.asyncDispose]());
      return resource;
    },
    defer(name, close, own = {}) {
      // Opened while all else closes (a start that was interrupted): it is closed too.
      opened.push({ name, close, deadlineMs: own.deadlineMs ?? deadlineMs });
      if (phase.kind === 'closing') phase = { kind: 'closing', report: closeAllAfter(phase.report) };
    },
    close() {
      if (phase.kind === 'open') phase = { kind: 'closing', report: Promise.resolve().then(closeAll) };
      return phase.report;
    },
    async [Symbol.asyncDispose]() {
      await lifecycle.close();
    },
  };
  return lifecycle;
}
