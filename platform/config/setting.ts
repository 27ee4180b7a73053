import type { Kind } from './kinds.ts';

/** One thing that a person can set. */
export interface Setting<T, Default extends T | undefined = T | undefined> {
  /** The environment variable. */
  readonly env: string;
  readonly kind: Kind<T>;
  /** Undefined: there is none, and the feature behind it is off or chooses for itself. */
  readonly default: Default;
  /** What it is for, in a sentence, with the unit. */
  readonly help: string;
  /** What `default: undefined` means, in words for the table. */
  readonly unset?: string | undefined;
  /** Its value is never shown. */
  readonly secret?: boolean | undefined;
}

/** A value, or undefined when the setting has no default. */
export type ValueOf<S> =
  S extends Setting<infer T, infer Default> ? (undefined extends Default ? T | undefined : T) : never;

export interface SettingGroup {
  readonly title: string;
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
}

/** Keeps what is set apart from what is not: with a default the value is never undefined. */
export function setting<T>(facts: Setting<T, NoInfer<T>>): Setting<T, T>;
export function setting<T>(
  facts: Omit<Setting<T, undefined>, 'default'> & { readonly unset: string },
): Setting<T, undefined>;
export function setting<T>(facts: Omit<Setting<T>, 'default'> & { readonly default?: T }): Setting<T> {
  return { ...facts, default: facts.default };
}
