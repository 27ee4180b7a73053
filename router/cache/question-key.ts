import type { PlannedOperation, Variables } from '../federation/types.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Question } from './types.ts';

const prefixes = new WeakMap<PlannedOperation, string>();
const texts = new WeakMap<Variables, string>();

/**
 * Equal for two questions exactly when they have the same answer (or stream): same operation on the same supergraph,
 * same variables whatever their order, callers who may see the same.
 */
export function questionKey({ planned, variables, principal }: Omit<Question, 'inspect'>): string {
  return `${prefixOf(planned)}${principal.accessKey}.${textOf(variables)}`;
}

/** Variables that were checked once for many requests are one frozen object. */
function textOf(variables: Variables): string {
  const known = texts.get(variables);
  if (known !== undefined) return known;
  const made = canonicalJson(variables);
  if (Object.isFrozen(variables)) texts.set(variables, made);
  return made;
}

function prefixOf(planned: PlannedOperation): string {
  const known = prefixes.get(planned);
  if (known !== undefined) return known;
  const made = `${planned.hash}.${planned.supergraph.hash}.`;
  prefixes.set(planned, made);
  return made;
}
