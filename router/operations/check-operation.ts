import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  Source,
  specifiedRules,
  ValuesOfCorrectTypeRule,
  validate,
} from 'graphql';
import type { Fault, Place } from '../faults.ts';
import { commentAbove } from './comments.ts';
import type { OperationFile } from './operation-file.ts';

export type CheckedOperation =
  | { readonly ok: true; readonly document: DocumentNode; readonly operation: OperationDefinitionNode }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Everything that can be wrong with one operation file, found at once. `schema` knows the tool directives. */
export function checkOperation(file: OperationFile, schema: GraphQLSchema): CheckedOperation {
  let document: DocumentNode;
  try {
    document = parse(new Source(file.text, file.path));
  } catch (error) {
    if (error instanceof GraphQLError)
      return {
        ok: false,
        faults: [fromGraphQL(file, error, 'GRAPHQL_PARSE_FAILED', 'Correct the syntax here.')],
      };
    throw error;
  }
  const found = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const [operation] = found;
  if (!operation || found.length > 1) {
    const mend = 'Write exactly one query, mutation or subscription into each file.';
    return {
      ok: false,
      faults: [
        {
          code: 'ONE_OPERATION_A_FILE',
          message: `The file holds ${found.length} operations.`,
          places: [whole(file)],
          mend,
        },
      ],
    };
  }
  const faults = [
    ...checkNames(file, operation),
    ...checkWords(file, operation),
    ...validate(schema, document, specifiedRules, { maxErrors: 100 }).map((error) =>
      fromGraphQL(
        file,
        error,
        'GRAPHQL_VALIDATION_FAILED',
        'Compare with schema/supergraph.graphql; after a change of the SDL run `npm run compose`.',
      ),
    ),
    ...checkExamples(file, document, schema),
    ...checkResponsePath(file, document, operation),
    ...checkResource(file, operation),
  ];
  return faults.length > 0 ? { ok: false, faults } : { ok: true, document, operation };
}

function checkNames(file: OperationFile, operation: OperationDefinitionNode): readonly Fault[] {
  const name = operation.name?.value;
  if (name === file.name && /^[A-Z][A-Za-z0-9]*$/.test(name)) return [];
  const message =
    name === file.name
      ? `"${name}" does not begin with a capital letter.`
      : `The file is named "${file.name}", its operation ${name ? `"${name}"` : 'has no name'}.`;
  return [
    {
      code: 'NAME_OF_THE_FILE',
      message,
      places: [placeOf(file, operation)],
      mend: 'Give file and operation the same name, in PascalCase.',
    },
  ];
}

/** A tool without a description is one that no model will choose rightly. */
function checkWords(file: OperationFile, operation: OperationDefinitionNode): readonly Fault[] {
  const places = [placeOf(file, operation)];
  const faults: Fault[] = [];
  if (commentAbove(operation) === null) {
    faults.push({
      code: 'NO_DESCRIPTION',
      message: 'The operation has no description.',
      places,
      mend: 'Say in a comment directly above it when to use it, in which units, and what comes back.',
    });
  }
  if (!operation.directives?.some(({ name }) => name.value === 'tool')) {
    faults.push({
      code: 'NO_TITLE',
      message: 'The operation has no title.',
      places,
      mend: 'Add `@tool(title: "A short name for people")` behind its variables.',
    });
  }
  return faults;
}

/** An example must be a value that the variable takes: it is judged as if it were the variable's default. */
function checkExamples(file: OperationFile, document: DocumentNode, schema: GraphQLSchema): readonly Fault[] {
  const examples = document.definitions
    .flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? (node.variableDefinitions ?? []) : []))
    .flatMap((definition) =>
      (definition.directives ?? [])
        .filter(({ name }) => name.value === 'example')
        .flatMap(({ arguments: given = [] }) =>
          given.map(({ value }) => ({ ...definition, directives: [], defaultValue: value })),
        ),
    );
  return examples.flatMap((definition) => {
    const probe: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [
        {
          kind: Kind.OPERATION_DEFINITION,
          operation: 'query' as never,
          variableDefinitions: [definition],
          selectionSet: { kind: Kind.SELECTION_SET, selections: [] },
        },
      ],
    };
    return validate(schema, probe, [ValuesOfCorrectTypeRule]).map((error) =>
      fromGraphQL(
        file,
        error,
        'EXAMPLE_DOES_NOT_FIT',
        `Give $${definition.variable.name.value} an example of its type.`,
      ),
    );
  });
}

function checkResponsePath(
  file: OperationFile,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly Fault[] {
  const argument = operation.directives
    ?.find(({ name }) => name.value === 'tool')
    ?.arguments?.find(({ name }) => name.value === 'responsePath');
  if (argument?.value.kind !== Kind.STRING) return [];
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  let at: SelectionSetNode | undefined = operation.selectionSet;
  for (const key of argument.value.value.split('.')) {
    const fields: readonly FieldNode[] = at ? fieldsOf(at, fragments) : [];
    const field = fields.find(({ alias, name }) => (alias ?? name).value === key);
    if (!field) {
      const allowed = fields.map(({ alias, name }) => (alias ?? name).value).join(', ');
      const message = `responsePath "${argument.value.value}" leads nowhere: there is no "${key}".`;
      return [
        {
          code: 'RESPONSE_PATH',
          message,
          places: [placeOf(file, argument)],
          mend: `Name a field of the answer; here: ${allowed || 'none'}.`,
        },
      ];
    }
    at = field.selectionSet;
  }
  return [];
}

/** The names in a resource's URI template are the variables that its readers fill. */
function checkResource(file: OperationFile, operation: OperationDefinitionNode): readonly Fault[] {
  const argument = operation.directives
    ?.find(({ name }) => name.value === 'tool')
    ?.arguments?.find(({ name }) => name.value === 'resource');
  if (argument?.value.kind !== Kind.STRING) return [];
  const places = [placeOf(file, argument)];
  const variables = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  const unknown = [...argument.value.value.matchAll(/\{([^}]*)\}/g)].flatMap(([, name]) =>
    name !== undefined && !variables.includes(name) ? [name] : [],
  );
  const mend = `Use only names of variables; here: ${variables.join(', ') || 'none'}.`;
  return unknown.map((name) => ({
    code: 'RESOURCE_TEMPLATE',
    message: `resource "${file.name}" has {${name}} in its template, which is no variable of the operation.`,
    places,
    mend,
  }));
}

function fieldsOf(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragments.get(selection.name.value)?.selectionSet;
    return inner ? fieldsOf(inner, fragments) : [];
  });
}

function fromGraphQL(file: OperationFile, error: GraphQLError, code: string, mend: string): Fault {
  const places = (error.locations ?? []).map(({ line, column }) => ({ file: file.path, line, column }));
  return { code, message: error.message, places: places.length > 0 ? places : [whole(file)], mend };
}

const whole = ({ path }: OperationFile): Place => ({ file: path, line: 0, column: 0 });

function placeOf(file: OperationFile, { loc }: { readonly loc?: OperationDefinitionNode['loc'] }): Place {
  return loc ? { file: file.path, line: loc.startToken.line, column: loc.startToken.column } : whole(file);
}
