import type { Principal } from '../../platform/identity/principal.ts';
import type { TokenVerifier } from '../../platform/identity/token-verifier.ts';

export type Dismissal =
  /** The token's time is over. */
  | 'expired'
  /** The token is not accepted any more, or allows something else than when the connection was opened. */
  | 'revoked';

/** An open connection, as its keeper sees it. */
export interface Guest {
  /** Undefined before it has said who it is. */
  readonly principal: Principal | undefined;
  /** Shows the other side, or whoever is between, that the connection lives. */
  beat(): void;
  dismiss(why: Dismissal): void;
}

export interface KeeperOptions {
  readonly verifier: TokenVerifier;
  /** Between two beats of a connection; default 15 s. */
  readonly heartbeatMs?: number;
  /** Between two looks at a connection's token; default 30 s. */
  readonly recheckMs?: number;
  /** Between two rounds; default 1 s. */
  readonly roundMs?: number;
  readonly now?: () => number;
}

/**
 * Looks after all open connections in rounds: one timer for all, not several for each. Beats are spread by the moment
 * at which each connection came.
 */
export interface Keeper extends Disposable {
  add(guest: Guest): void;
  /** Remembers by which token the principal came, so that it can be looked at again. */
  vouch(principal: Principal, token: string): void;
  remove(guest: Guest): void;
  readonly guests: IterableIterator<Guest>;
  readonly size: number;
}

interface Due {
  beatMs: number;
  recheckMs: number;
}

export function createKeeper(options: KeeperOptions): Keeper {
  const { verifier, heartbeatMs = 15_000, recheckMs = 30_000, roundMs = 1_000, now = Date.now } = options;
  const guests = new Map<Guest, Due>();
  /** One text for all connections that came with it. */
  const tokens = new WeakMap<Principal, string>();

  async function recheck(guest: Guest, principal: Principal): Promise<void> {
    const token = tokens.get(principal);
    if (token === undefined) return;
    const verified = await verifier.verify(token);
    if (!guests.has(guest)) return;
    // When nobody can tell now, what was found before stands.
    if (!verified.ok && verified.code === 'DEPENDENCY_UNAVAILABLE') return;
    if (!verified.ok || verified.principal.accessKey !== principal.accessKey) guest.dismiss('revoked');
  }

  function round(): void {
    const nowMs = now();
    for (const [guest, due] of guests) {
      const { principal } = guest;
      if (principal && principal.expiresAtMs <= nowMs) {
        guest.dismiss('expired');
        continue;
      }
      if (due.beatMs <= nowMs) {
        due.beatMs = nowMs + heartbeatMs;
        guest.beat();
      }
      if (principal && due.recheckMs <= nowMs) {
        due.recheckMs = nowMs + recheckMs;
        void recheck(guest, principal);
      }
    }
  }

  const timer = setInterval(round, roundMs);
  timer.unref();

  return {
    add(guest) {
      const nowMs = now();
      guests.set(guest, { beatMs: nowMs + heartbeatMs, recheckMs: nowMs + recheckMs });
    },
    vouch: (principal, token) => void tokens.set(principal, token),
    remove: (guest) => void guests.delete(guest),
    get guests() {
      return guests.keys();
    },
    get size() {
      return guests.size;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
