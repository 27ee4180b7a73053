export interface CircuitBreakerOptions {
  /** Failures in a row that open it. */
  readonly maxFailures: number;
  /** How long it stays open the first time; doubled each time that the trial fails. */
  readonly openMs: number;
  readonly maxOpenMs: number;
  /** Unix milliseconds. */
  readonly clock: () => number;
}

type State =
  | { readonly phase: 'closed'; readonly failures: number }
  | { readonly phase: 'open'; readonly untilMs: number; readonly lastedMs: number }
  /** One request is on trial. */
  | { readonly phase: 'half-open'; readonly lastedMs: number };

export interface CircuitBreaker {
  readonly phase: State['phase'];
  /** Whether a request may go through now; asking changes nothing. */
  mayTry(): boolean;
  /** Called when a request is sent: an open breaker whose time has passed lets just this one through. */
  begin(): void;
  succeed(): void;
  fail(): void;
  /** The request ended without a verdict (its caller went away). */
  forget(): void;
}

/** Keeps requests from what has failed several times in a row, and lets one through now and then to see. */
export function createCircuitBreaker({
  maxFailures,
  openMs,
  maxOpenMs,
  clock,
}: CircuitBreakerOptions): CircuitBreaker {
  let state: State = { phase: 'closed', failures: 0 };
  const open = (lastedMs: number) => {
    state = { phase: 'open', untilMs: clock() + lastedMs, lastedMs };
  };

  return {
    get phase() {
      return state.phase;
    },
    mayTry() {
      return state.phase === 'closed' || (state.phase === 'open' && clock() >= state.untilMs);
    },
    begin() {
      if (state.phase === 'open') state = { phase: 'half-open', lastedMs: state.lastedMs };
    },
    succeed() {
      state = { phase: 'closed', failures: 0 };
    },
    fail() {
      switch (state.phase) {
        case 'closed':
          if (state.failures + 1 >= maxFailures) open(openMs);
          else state = { phase: 'closed', failures: state.failures + 1 };
          return;
        case 'half-open':
          return open(Math.min(state.lastedMs * 2, maxOpenMs));
        case 'open':
          return;
        default:
          state satisfies never;
      }
    },
    forget() {
      if (state.phase === 'half-open') state = { phase: 'open', untilMs: clock(), lastedMs: state.lastedMs };
    },
  };
}
