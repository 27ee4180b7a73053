import type { GraphQLResolveInfo, SelectionNode, SelectionSetNode } from 'graphql';

/** Whether a field of this name is asked for anywhere below the present one: for what costs a statement of its own. */
export function asksFor({ fieldNodes, fragments }: GraphQLResolveInfo, name: string): boolean {
  const within = (set: SelectionSetNode | undefined): boolean => set?.selections.some(has) ?? false;
  const has = (selection: SelectionNode): boolean => {
    switch (selection.kind) {
      case 'Field':
        return selection.name.value === name || within(selection.selectionSet);
      case 'InlineFragment':
        return within(selection.selectionSet);
      case 'FragmentSpread':
        return within(fragments[selection.name.value]?.selectionSet);
    }
  };
  return fieldNodes.some(({ selectionSet }) => within(selectionSet));
}
