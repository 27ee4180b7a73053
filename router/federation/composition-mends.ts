/** What to change for each of federation's composition codes that people meet; the rest fall back to its documentation. */
const mends: Readonly<Record<string, string>> = {
  INVALID_GRAPHQL:
    'Correct the SDL here; a type that lives in another subgraph needs a stub: `type T @key(fields: "id", resolvable: false) { id: ID! }`.',
  INVALID_FIELD_SHARING:
    'Let one subgraph own the field, or mark it `@shareable` in each of them (for values that all resolve alike).',
  FIELD_TYPE_MISMATCH: 'Give the field the same type in every subgraph that has it.',
  FIELD_ARGUMENT_TYPE_MISMATCH: 'Give the argument the same type in every subgraph that has it.',
  FIELD_ARGUMENT_DEFAULT_MISMATCH: 'Give the argument the same default in every subgraph that has it.',
  INPUT_FIELD_DEFAULT_MISMATCH: 'Give the input field the same default in every subgraph that has it.',
  TYPE_KIND_MISMATCH: 'The name means two kinds of thing (such as object and enum): rename one of them.',
  EXTENSION_WITH_NO_BASE:
    'No subgraph defines the type that is extended: define it once without `extend`, or mend the name.',
  EXTERNAL_MISSING_ON_BASE:
    'No subgraph resolves the `@external` field: drop `@external` here, or define the field in the subgraph that owns the type.',
  EXTERNAL_TYPE_MISMATCH: "Give the `@external` field its owner's type.",
  EXTERNAL_ARGUMENT_MISSING: "Give the `@external` field its owner's arguments.",
  EXTERNAL_UNUSED: 'Remove the `@external` field, or use it in `@key`, `@requires` or `@provides`.',
  KEY_INVALID_FIELDS: 'Name fields that the type has in this subgraph, in `@key(fields: "…")`.',
  REQUIRES_INVALID_FIELDS: 'Add the required field to this subgraph and mark it `@external`.',
  PROVIDES_INVALID_FIELDS: 'Name fields of the returned type, marked `@external` in this subgraph.',
  REQUIRES_FIELDS_MISSING_EXTERNAL: 'Mark the required field `@external` in this subgraph.',
  PROVIDES_FIELDS_MISSING_EXTERNAL: 'Mark the provided field `@external` in this subgraph.',
  KEY_FIELDS_SELECT_INVALID_TYPE:
    'Use scalars or objects of scalars in a key, not lists, interfaces or unions.',
  NO_QUERIES: 'Give at least one subgraph a `type Query` with a field.',
  SATISFIABILITY_ERROR:
    'Give the type a `@key` that both subgraphs resolve, so that the router can go from one to the other; the message lists the path that fails.',
  ENUM_VALUE_MISMATCH: 'An enum used for input and output must have the same values in every subgraph.',
  EMPTY_MERGED_ENUM_TYPE: 'Give the enum at least one value that all subgraphs have.',
  EMPTY_MERGED_INPUT_TYPE: 'Give the input at least one field that all subgraphs have.',
  REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH:
    'Add the required input field to every subgraph, or make it optional.',
  REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH:
    'Add the required argument to every subgraph, or make it optional.',
  INTERFACE_FIELD_NO_IMPLEM:
    "Add the interface's field to the implementing type in a subgraph that can resolve it.",
  LINK_IMPORT_NAME_MISMATCH: 'Import the directive under the same name in every subgraph.',
  INVALID_LINK_DIRECTIVE_USAGE: 'Compare the `@link` line with that of another subgraph.',
  UNKNOWN_FEDERATION_LINK_VERSION: 'Link a federation version that this composition knows, such as v2.9.',
  DIRECTIVE_COMPOSITION_ERROR:
    'Define the directive alike in every subgraph, `@link` it under one URL, and name it in `@composeDirective`.',
  LIST_SIZE_INVALID_SLICING_ARGUMENT: 'Name integer arguments of the field in `slicingArguments`.',
  LIST_SIZE_INVALID_SIZED_FIELD: 'Name list fields of the returned type in `sizedFields`.',
  LIST_SIZE_APPLIED_TO_NON_LIST:
    'Put `@listSize` on a list field, or name the lists below it in `sizedFields`.',
  COST_APPLIED_TO_INTERFACE_FIELD: 'Put `@cost` on the fields of the implementing types.',
  AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE:
    'Put `@requiresScopes` on the implementing types; the interface takes it from them.',
  MISSING_TRANSITIVE_AUTH_REQUIREMENTS:
    'Repeat the `@requiresScopes` of the fields named in `@requires` on the requiring field.',
  INVALID_SUBGRAPH_NAME: 'Choose another name for the subgraph.',
};

export function mendFor(code: string): string {
  return mends[code] ?? `See ${code} in Apollo Federation's documentation of composition errors.`;
}
