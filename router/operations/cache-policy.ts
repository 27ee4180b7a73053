import { type ConstDirectiveNode, Kind } from 'graphql';
import type { CachePolicy } from '../federation/types.ts';
import type { OperationKind } from '../types.ts';
import type { TouchedField } from './touched-fields.ts';

/** Seconds for which answers of each `@cacheControl` category may be kept. A category that is not listed is never kept. */
export type CategoryTtls = Readonly<Record<string, number>>;

const uncacheable: CachePolicy = { cacheable: false, category: null, ttlSeconds: 0 };

/**
 * An answer lives as long as its shortest-lived field. A field without a category has its parent's; a root field without
 * one makes the answer uncacheable, since nobody has said that it may be kept.
 */
export function cachePolicy(
  kind: OperationKind,
  fields: readonly TouchedField[],
  ttls: CategoryTtls,
): CachePolicy {
  if (kind !== 'query' || fields.length === 0) return uncacheable;
  const categories = new Set<string | null>();
  const collect = (field: TouchedField, inherited: string | null) => {
    const category = categoryOf(field.definition.astNode) ?? categoryOf(field.type.astNode) ?? inherited;
    categories.add(category);
    for (const child of field.children) collect(child, category);
  };
  for (const field of fields) collect(field, null);
  const policies = [...categories].map((category) => ({
    category,
    ttlSeconds: category === null ? 0 : (ttls[category] ?? 0),
  }));
  const shortest = policies.reduce((least, next) => (next.ttlSeconds < least.ttlSeconds ? next : least));
  return shortest.ttlSeconds > 0 ? { cacheable: true, ...shortest } : uncacheable;
}

function categoryOf(
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined,
): string | null {
  const stated = node?.directives?.find(({ name }) => name.value === 'cacheControl');
  const value = stated?.arguments?.find(({ name }) => name.value === 'category')?.value;
  return value?.kind === Kind.ENUM ? value.value : null;
}
