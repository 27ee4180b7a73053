import {
  type FragmentDefinitionNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import type { Operation } from '../ports.ts';
import type { JsonObjectSchema, JsonSchema } from './json-schema.ts';
import { scalarSchema } from './scalars.ts';

/** What stands beside the data; the errors' and cuts' own shapes are told where they happen, not in every tool's schema. */
const besideData = {
  errors: { type: 'array', items: { type: 'object' } },
  cut: { type: 'array', items: { type: 'object' }, description: 'What was cut to fit: see ContinueResult.' },
} as const satisfies Record<string, JsonSchema>;

/**
 * A tool's output: the GraphQL response, `{ data, errors }`, as its selection set shapes it. As permissive as GraphQL:
 * what may be null there may be null here (a part of the graph may be down), and nothing is required. An enum is a string:
 * a value that joins it later breaks no client. Every listed tool costs its caller tokens, so nothing is said twice.
 */
export function outputSchema(operation: Operation, schema: GraphQLSchema): JsonObjectSchema {
  const document = parse(operation.body);
  const definition = document.definitions.find(
    (d): d is OperationDefinitionNode => d.kind === 'OperationDefinition',
  );
  const root = definition ? schema.getRootType(definition.operation) : undefined;
  if (!definition || !root) throw new Error(`${operation.name}: the schema has no root for it`);
  const fragments = new Map(
    document.definitions
      .filter((d): d is FragmentDefinitionNode => d.kind === 'FragmentDefinition')
      .map((d) => [d.name.value, d]),
  );

  const selection = (type: GraphQLOutputType, set: SelectionSetNode): Record<string, JsonSchema> => {
    const properties: Record<string, JsonSchema> = {};
    const named = getNamedType(type);
    for (const node of set.selections) {
      if (node.kind === 'Field') {
        const field =
          isObjectType(named) || isInterfaceType(named) ? named.getFields()[node.name.value] : undefined;
        const key = node.alias?.value ?? node.name.value;
        properties[key] = field
          ? value(field.type, node.selectionSet, properties[key])
          : { type: ['string', 'null'] };
        continue;
      }
      const fragment = node.kind === 'FragmentSpread' ? fragments.get(node.name.value) : node;
      const condition = fragment?.typeCondition ? schema.getType(fragment.typeCondition.name.value) : named;
      if (fragment && isCompositeType(condition))
        Object.assign(properties, selection(condition, fragment.selectionSet));
    }
    return properties;
  };

  const value = (
    type: GraphQLOutputType,
    set: SelectionSetNode | undefined,
    merged: JsonSchema | undefined,
  ): JsonSchema => {
    const given = isNonNullType(type) ? type.ofType : type;
    const typed = (name: string): Pick<JsonSchema, 'type'> =>
      isNonNullType(type) ? { type: name } : { type: [name, 'null'] };
    if (isListType(given)) return { ...typed('array'), items: value(given.ofType, set, merged?.items) };
    if (set) return { ...typed('object'), properties: { ...merged?.properties, ...selection(given, set) } };
    if (isEnumType(given)) return typed('string');
    const scalar = scalarSchema(getNamedType(given).name);
    return typeof scalar.type === 'string' ? typed(scalar.type) : {};
  };

  return {
    type: 'object',
    properties: {
      data: { type: ['object', 'null'], properties: selection(root, definition.selectionSet) },
      ...besideData,
    },
  };
}
