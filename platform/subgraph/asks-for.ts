import type { GraphQLResolveInfo, SelectionNode } from 'graphql';

/** Whether a field of this name is asked for anywhere below the present one: for what costs a statement of its own. */
export function asksFor({ fieldNodes, fragments }: GraphQLResolveInfo, name: string): boolean {
  const below = (selection: SelectionNode): readonly SelectionNode[] =>
    (selection.kind === 'FragmentSpread' ? fragments[selection.name.value] : selection)?.selectionSet
      ?.selections ?? [];
  const has = (selection: SelectionNode): boolean =>
    (selection.kind === 'Field' && selection.name.value === name) || below(selection).some(has);
  return fieldNodes.some((field) => below(field).some(has));
}
