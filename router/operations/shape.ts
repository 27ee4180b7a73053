import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** How big an operation is, by its text alone. Fragments count wherever they are spread. */
export interface Shape {
  /** Fields below one another; introspection does not count. */
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  /** On fields, fragments and spreads. */
  readonly directives: number;
  /** It asks for the schema itself: `__schema`, `__type`. */
  readonly introspects: boolean;
}

const nothing: Shape = { depth: 0, fields: 0, aliases: 0, directives: 0, introspects: false };

/**
 * Measured before validation and planning, which a hostile text could make dear: each fragment is measured once, so that
 * fragments that spread each other many times cost nothing here. A fragment that contains itself counts as empty (validation refuses it).
 */
export function measureShape(document: DocumentNode, operation: OperationDefinitionNode): Shape {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const measured = new Map<string, Shape>();

  function ofFragment(name: string): Shape {
    const known = measured.get(name);
    if (known) return known;
    measured.set(name, nothing);
    const fragment = fragments.get(name);
    const shape = fragment ? withDirectives(ofSelections(fragment.selectionSet), fragment) : nothing;
    measured.set(name, shape);
    return shape;
  }

  const ofSelections = ({ selections }: SelectionSetNode): Shape =>
    selections.map(ofSelection).reduce(both, nothing);

  function ofSelection(selection: SelectionNode): Shape {
    switch (selection.kind) {
      case Kind.FIELD: {
        const inner = selection.selectionSet ? ofSelections(selection.selectionSet) : nothing;
        const name = selection.name.value;
        const introspection = name.startsWith('__');
        return {
          directives: inner.directives + (selection.directives?.length ?? 0),
          introspects: inner.introspects || name === '__schema' || name === '__type',
          depth: introspection ? 0 : inner.depth + 1,
          fields: inner.fields + 1,
          aliases: inner.aliases + (selection.alias ? 1 : 0),
        };
      }
      case Kind.INLINE_FRAGMENT:
        return withDirectives(ofSelections(selection.selectionSet), selection);
      case Kind.FRAGMENT_SPREAD:
        return withDirectives(ofFragment(selection.name.value), selection);
    }
  }

  return withDirectives(ofSelections(operation.selectionSet), operation);
}

function withDirectives(
  shape: Shape,
  { directives = [] }: { readonly directives?: readonly unknown[] | undefined },
): Shape {
  return directives.length === 0 ? shape : { ...shape, directives: shape.directives + directives.length };
}

const both = (one: Shape, other: Shape): Shape => ({
  depth: Math.max(one.depth, other.depth),
  fields: one.fields + other.fields,
  aliases: one.aliases + other.aliases,
  directives: one.directives + other.directives,
  introspects: one.introspects || other.introspects,
});
