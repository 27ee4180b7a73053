import { readFileSync } from 'node:fs';
import { type DocumentNode, extendSchema, type GraphQLSchema, Kind, parse, visit } from 'graphql';

/** What operations say beyond GraphQL; `directives.graphql` documents it. */
const definitions = parse(readFileSync(new URL('./directives.graphql', import.meta.url), 'utf8'));
const names = new Set(
  definitions.definitions.flatMap((node) =>
    node.kind === Kind.DIRECTIVE_DEFINITION ? [node.name.value] : [],
  ),
);

/** The schema that operation files are written against. */
export function withToolDirectives(schema: GraphQLSchema): GraphQLSchema {
  return extendSchema(schema, definitions, { assumeValid: true });
}

/** The operation as it is hashed and executed. */
export function stripToolDirectives(document: DocumentNode): DocumentNode {
  return visit(document, { Directive: ({ name }) => (names.has(name.value) ? null : undefined) });
}
