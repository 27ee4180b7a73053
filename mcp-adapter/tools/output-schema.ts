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

/**
 * A tool's output: the GraphQL response, `{ data, errors }`, as its selection set shapes it.
 * Permissive on purpose: any value may be null (a part of the graph may be down), nothing is required.
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
    merged?: JsonSchema,
  ): JsonSchema => {
    if (isNonNullType(type)) return value(type.ofType, set, merged);
    if (isListType(type)) return { type: ['array', 'null'], items: value(type.ofType, set, merged?.items) };
    if (set)
      return { type: ['object', 'null'], properties: { ...merged?.properties, ...selection(type, set) } };
    if (isEnumType(type))
      return { type: ['string', 'null'], enum: [...type.getValues().map((v) => v.name), null] };
    const scalar = scalarSchema(getNamedType(type).name);
    return typeof scalar.type === 'string' ? { type: [scalar.type, 'null'] } : {};
  };

  return {
    type: 'object',
    properties: {
      data: { type: ['object', 'null'], properties: selection(root, definition.selectionSet) },
      errors: { type: 'array', items: { type: 'object', properties: { message: { type: 'string' } } } },
      cut: {
        type: 'array',
        description: 'Lists that were cut to fit; send a cursor to ContinueResult to see what follows.',
        items: {
          type: 'object',
          properties: { path: { type: 'string' }, shown: { type: 'string' }, cursor: { type: 'string' } },
        },
      },
    },
  };
}
