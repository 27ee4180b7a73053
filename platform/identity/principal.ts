import type { Role, Scope } from './roles.ts';

/** Which buildings a principal sees: all of them, or those listed. */
export type BuildingGrant = 'all' | readonly string[];

/** Who asks, as a verified token says. Immutable; one object for each distinct token. */
export interface Principal {
  /** `sub` of the token. */
  readonly subject: string;
  readonly roles: readonly Role[];
  readonly scopes: ReadonlySet<Scope>;
  readonly buildings: BuildingGrant;
  /** Unix milliseconds at which the token ends; `Infinity` only for the system's own principals. */
  readonly expiresAtMs: number;
  /** Claims of the token, for hidden variables that are bound to one. */
  readonly claims: Readonly<Record<string, unknown>>;
  /**
   * Equal for two principals exactly when they may see the same (scopes and buildings):
   * the part of cache keys and shared subscriptions that stands for the caller.
   */
  readonly accessKey: string;
}
