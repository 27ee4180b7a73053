import { type DocumentNode, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql';

/** A place that a variable feeds: an argument of a field, or a field of an input object. */
export interface VariableUse {
  /** `building(id:)`, `BuildingFilter.siteIds`. */
  readonly place: string;
  readonly description: string | null;
}

/** Every place that each variable of an operation feeds, however deep, in the order of the text. */
export function variableUses(
  document: DocumentNode,
  schema: GraphQLSchema,
): ReadonlyMap<string, readonly VariableUse[]> {
  const uses = new Map<string, VariableUse[]>();
  const typeInfo = new TypeInfo(schema);
  // The innermost argument or input field that the visitor is in.
  const within: VariableUse[] = [];
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      VariableDefinition: () => false,
      Argument: {
        enter(node) {
          const field = typeInfo.getFieldDef();
          within.push({
            place: `${field?.name ?? ''}(${node.name.value}:)`,
            description: typeInfo.getArgument()?.description ?? null,
          });
        },
        leave: () => void within.pop(),
      },
      ObjectField: {
        enter(node) {
          const parent = typeInfo.getParentInputType();
          const field = typeInfo.getInputType();
          const definition =
            parent && 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
          within.push({
            place: `${String(parent ?? field)}.${node.name.value}`,
            description: definition?.description ?? null,
          });
        },
        leave: () => void within.pop(),
      },
      Variable(node) {
        const use = within.at(-1);
        if (use) uses.set(node.name.value, [...(uses.get(node.name.value) ?? []), use]);
      },
    }),
  );
  return uses;
}
