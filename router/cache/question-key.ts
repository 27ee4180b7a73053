import type { PlannedOperation } from '../federation/types.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Question } from './types.ts';

const prefixes = new WeakMap<PlannedOperation, string>();

/**
 * Equal for two questions exactly when they have the same answer (or stream): same operation on the same supergraph,
 * same variables whatever their order, callers who may see the same.
 */
export function questionKey({ planned, variables, principal }: Question): string {
  return `${prefixOf(planned)}${principal.accessKey}.${canonicalJson(variables)}`;
}

function prefixOf(planned: PlannedOperation): string {
  const known = prefixes.get(planned);
  if (known !== undefined) return known;
  const made = `${planned.hash}.${planned.supergraph.hash}.`;
  prefixes.set(planned, made);
  return made;
}
