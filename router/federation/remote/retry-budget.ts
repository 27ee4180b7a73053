export interface RetryBudget {
  /** Called for every first try. */
  deposit(): void;
  /** True when a retry may be made, and takes it from the budget. */
  withdraw(): boolean;
}

/**
 * Retries are a share of the requests: when everything fails they stay a trickle, instead of doubling the load on
 * what is already overloaded. `reserve` retries are there at the start and for quiet times.
 */
export function createRetryBudget({
  share,
  reserve,
}: {
  readonly share: number;
  readonly reserve: number;
}): RetryBudget {
  let balance = reserve;
  return {
    deposit() {
      balance = Math.min(balance + share, reserve * 2);
    },
    withdraw() {
      if (balance < 1) return false;
      balance -= 1;
      return true;
    },
  };
}
