import {
  type DirectiveNode,
  type DocumentNode,
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { clientKey } from '../own-keys.ts';
import type { Variables } from '../types.ts';
import { bubble, compileComplete, completeObject, type FieldsOf, type ShapedField } from './complete.ts';

export interface Shaped {
  readonly data: Record<string, unknown> | null;
  /** Nulls that the schema forbids, and values that are not of their type. */
  readonly errors: readonly GraphQLError[];
}

/** Picks what the client selected out of what the subgraphs said, checked against the API schema. */
export type Shape = (said: Readonly<Record<string, unknown>>, variables: Variables) => Shaped;

/** Conditions are few; a client that sends all combinations of many must not fill the memory. */
const maxRemembered = 64;

/** Compiled once for each operation, and once more for each way in which its `@skip` and `@include` can turn out. */
export function compileShape(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Shape {
  const root = schema.getRootType(operation.operation);
  if (!root) throw new TypeError(`The schema has no ${operation.operation}.`);
  const conditions = conditionVariables(document);
  const remembered = new Map<string, readonly ShapedField[]>();

  function fieldsFor(variables: Variables): readonly ShapedField[] {
    const key = conditions.map((name) => String(variables[name])).join();
    const known = remembered.get(key);
    if (known) return known;
    const compiler = createCompiler({
      schema,
      document,
      operation,
      included: (directives) => isIncluded(directives, variables),
    });
    const fields = compiler([operation.selectionSet])(root as GraphQLCompositeType);
    if (remembered.size < maxRemembered) remembered.set(key, fields);
    return fields;
  }

  return (said, variables) => {
    const errors: GraphQLError[] = [];
    return { data: completeObject(said, fieldsFor(variables), { path: [], errors, variables }), errors };
  };
}

interface Compiling {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly included: (directives: readonly DirectiveNode[] | undefined) => boolean;
}

function createCompiler({
  schema,
  document,
  operation,
  included,
}: Compiling): (sets: readonly SelectionSetNode[]) => FieldsOf {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);

  /** The field nodes that an object of the type has, by response key (GraphQL, section 6.3.2, CollectFields). */
  function collect(set: SelectionSetNode, type: GraphQLCompositeType, found: Map<string, FieldNode[]>): void {
    for (const selection of set.selections) {
      if (!included(selection.directives)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const nodes = found.get(key) ?? [];
        found.set(key, nodes);
        nodes.push(selection);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (fragment && applies(fragment.typeCondition?.name.value, type))
        collect(fragment.selectionSet, type, found);
    }
  }

  function applies(condition: string | undefined, type: GraphQLCompositeType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanted = schema.getType(condition);
    return (
      isAbstractType(wanted) &&
      (isObjectType(type) || isInterfaceType(type)) &&
      schema.isSubType(wanted, type)
    );
  }

  function compileFields(sets: readonly SelectionSetNode[]): FieldsOf {
    const known = new Map<GraphQLCompositeType, readonly ShapedField[]>();
    return (type) => {
      const compiled = known.get(type) ?? compileFor(sets, type);
      known.set(type, compiled);
      return compiled;
    };
  }

  function compileFor(sets: readonly SelectionSetNode[], type: GraphQLCompositeType): readonly ShapedField[] {
    const found = new Map<string, FieldNode[]>();
    for (const set of sets) collect(set, type, found);
    return [...found].flatMap(([key, nodes]) => compileField(key, nodes, type));
  }

  function compileField(
    key: string,
    nodes: readonly FieldNode[],
    type: GraphQLCompositeType,
  ): readonly ShapedField[] {
    const [first] = nodes;
    const name = first?.name.value ?? key;
    if (name === '__typename') return [typename(schema, key, type)];
    if (name === '__schema' || name === '__type') return [introspection(key, nodes)];
    const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    if (!definition) return [];
    const below = compileFields(nodes.flatMap(({ selectionSet }) => selectionSet ?? []));
    const complete = compileComplete(schema, definition.type, `${type.name}.${name}`, below);
    return [
      {
        key: clientKey(key),
        complete: (object, shaping) => complete(Object.hasOwn(object, key) ? object[key] : null, shaping),
      },
    ];
  }

  /** The router answers it itself, from the API schema. */
  function introspection(key: string, nodes: readonly FieldNode[]): ShapedField {
    const asked: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [
        { ...operation, directives: [], selectionSet: { kind: Kind.SELECTION_SET, selections: nodes } },
        ...fragments.values(),
      ],
    };
    return {
      key,
      complete(_object, { errors, variables }) {
        const { data, errors: faults = [] } = executeSync({
          schema,
          document: asked,
          variableValues: variables,
        });
        errors.push(...faults);
        return data?.[key] ?? null;
      },
    };
  }

  return compileFields;
}

/** An object whose type can't be told has no name to give: it is null. */
function typename(schema: GraphQLSchema, key: string, type: GraphQLCompositeType): ShapedField {
  return {
    key,
    complete(object) {
      const said = object[key] ?? object['__typename'];
      const found = typeof said === 'string' ? (schema.getType(said) ?? type) : type;
      return isObjectType(found) ? found.name : bubble;
    },
  };
}

function isIncluded(directives: readonly DirectiveNode[] | undefined, variables: Variables): boolean {
  return (directives ?? []).every(({ name, arguments: given = [] }) => {
    if (name.value !== 'skip' && name.value !== 'include') return true;
    const condition = given[0]?.value;
    const value =
      condition?.kind === Kind.VARIABLE
        ? variables[condition.name.value]
        : condition?.kind === Kind.BOOLEAN && condition.value;
    return (value === true) === (name.value === 'include');
  });
}

/** Variables that `@skip` and `@include` ask for. */
function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      const condition = given[0]?.value;
      if ((name.value === 'skip' || name.value === 'include') && condition?.kind === Kind.VARIABLE)
        names.add(condition.name.value);
    },
  });
  return [...names];
}
