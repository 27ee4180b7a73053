/**
 * Scopes in disjunctive normal form, as `@requiresScopes` writes them: any of the lists suffices, of which all must be held.
 * `[["energy:read"], ["admin:all"]]` is "energy:read, or admin:all".
 */
export type Dnf = readonly (readonly string[])[];

/** Both conditions together; `undefined` asks for nothing. Every pair of alternatives is one alternative of the result. */
export function both(one: Dnf | undefined, other: Dnf | undefined): Dnf | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const pairs = one.flatMap((left) => other.map((right) => [...new Set([...left, ...right])].sort()));
  return [...new Map(pairs.map((pair) => [pair.join(' '), pair])).values()];
}

/** Null when the scopes held suffice; else what is missing, alternative by alternative, shortest first. */
export function missingScopes(held: ReadonlySet<string>, needed: Dnf): Dnf | null {
  const missing: string[][] = [];
  for (const alternative of needed) {
    const lacking = alternative.filter((scope) => !held.has(scope));
    if (lacking.length === 0) return null;
    missing.push(lacking);
  }
  return missing.sort((left, right) => left.length - right.length);
}

/** One text for each distinct condition: `energy:read or admin:all`. */
export const describeScopes = (needed: Dnf): string => needed.map((all) => all.join(' and ')).join(', or ');
