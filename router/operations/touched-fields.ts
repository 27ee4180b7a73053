import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** A field that an operation asks for, fragments spread out: what scopes, cost and cache policy are worked out from. */
export interface TouchedField {
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  /** The type it is selected on: the innermost type condition, else what the field above returns. */
  readonly on: GraphQLCompositeType;
  readonly type: GraphQLNamedType;
  /** `@skip` and `@include` of the field and of the fragments around it. */
  readonly conditions: readonly DirectiveNode[];
  readonly children: readonly TouchedField[];
}

/**
 * The root fields with all below them. The operation must be valid. `__typename` and introspection are left out:
 * they cost nothing, need no scope and come from the router itself.
 */
export function touchedFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly TouchedField[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);

  const below = (
    set: SelectionSetNode,
    on: GraphQLCompositeType,
    around: readonly DirectiveNode[],
  ): readonly TouchedField[] => set.selections.flatMap((selection) => touched(selection, on, around));

  function touched(
    selection: SelectionNode,
    on: GraphQLCompositeType,
    around: readonly DirectiveNode[],
  ): readonly TouchedField[] {
    const conditions = [...around, ...(selection.directives ?? []).filter(isCondition)];
    switch (selection.kind) {
      case Kind.FIELD: {
        const definition =
          isObjectType(on) || isInterfaceType(on) ? on.getFields()[selection.name.value] : undefined;
        if (!definition) return [];
        const type = getNamedType(definition.type);
        const children =
          selection.selectionSet && isCompositeType(type) ? below(selection.selectionSet, type, []) : [];
        return [{ node: selection, definition, on, type, conditions, children }];
      }
      case Kind.INLINE_FRAGMENT:
        return below(selection.selectionSet, narrowed(on, selection.typeCondition?.name.value), conditions);
      case Kind.FRAGMENT_SPREAD: {
        const fragment = fragments.get(selection.name.value);
        return fragment
          ? below(fragment.selectionSet, narrowed(on, fragment.typeCondition.name.value), conditions)
          : [];
      }
    }
  }

  function narrowed(on: GraphQLCompositeType, condition: string | undefined): GraphQLCompositeType {
    const type = condition === undefined ? on : schema.getType(condition);
    return type && isCompositeType(type) ? type : on;
  }

  const root = schema.getRootType(operation.operation);
  return root ? below(operation.selectionSet, root, []) : [];
}

const isCondition = ({ name }: DirectiveNode) => name.value === 'skip' || name.value === 'include';
