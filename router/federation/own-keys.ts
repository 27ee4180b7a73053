import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  isObjectType,
  Kind,
  parse,
  print,
  valueFromASTUntyped,
  visit,
} from 'graphql';

/**
 * Fields that some `@requires` asks for with arguments, by name, each with the arguments as text. The planner fetches them
 * under their own names, where a client's field of that name with other arguments would be overwritten.
 */
export type RequiredArguments = ReadonlyMap<string, ReadonlySet<string>>;

export function requiredArguments(supergraph: GraphQLSchema): RequiredArguments {
  const found = new Map<string, Set<string>>();
  const note = (node: FieldNode) => {
    if (!node.arguments?.length) return;
    found.set(node.name.value, (found.get(node.name.value) ?? new Set()).add(argumentsOf(node)));
  };
  for (const type of Object.values(supergraph.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const { astNode } of Object.values(type.getFields())) {
      for (const { name, arguments: given = [] } of astNode?.directives ?? []) {
        const requires =
          name.value === 'join__field' && given.find((argument) => argument.name.value === 'requires')?.value;
        if (requires) visit(parse(`{ ${valueFromASTUntyped(requires)} }`), { Field: note });
      }
    }
  }
  return found;
}

const prefix = '__eaio_own_';

/** The document with the client's conflicting fields under keys of their own. The same document when there are none. */
export function withOwnKeys(document: DocumentNode, required: RequiredArguments): DocumentNode {
  if (required.size === 0) return document;
  return visit(document, {
    Field(node) {
      const key = (node.alias ?? node.name).value;
      const wanted = required.get(key);
      if (!wanted) return undefined;
      const same = node.name.value === key && wanted.size === 1 && wanted.has(argumentsOf(node));
      return same ? undefined : { ...node, alias: { kind: Kind.NAME, value: prefix + key } };
    },
  });
}

/** The key that the client knows. */
export const clientKey = (key: string): string => (key.startsWith(prefix) ? key.slice(prefix.length) : key);

const argumentsOf = ({ arguments: given = [] }: FieldNode): string => given.map(print).toSorted().join();
