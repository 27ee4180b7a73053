import type { Question } from './cache/types.ts';

/** By the variables' object: bodies that come again and again are read once, and so are their costs counted. */
const known = new WeakMap<
  Question['variables'],
  { readonly of: Question['planned']; readonly cost: number }
>();

/** What a question counts against its principal's limits, cached or not: at least 1. */
export function costOfQuestion({ planned, variables }: Question): number {
  const remembered = known.get(variables);
  if (remembered?.of === planned) return remembered.cost;
  const cost = Math.max(1, Math.ceil(planned.costWith(variables)));
  known.set(variables, { of: planned, cost });
  return cost;
}
