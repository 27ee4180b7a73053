import { type DocumentNode, GraphQLError, Kind, type SelectionSetNode } from 'graphql';
import { type ErrorCode, errorCatalogue } from '../../platform/errors/catalogue.ts';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import { clientKey } from './own-keys.ts';

interface Failure {
  readonly subgraph: string;
  /** The fetch that failed. */
  readonly document: DocumentNode | undefined;
  /** How many entities it was for; undefined for a fetch of root fields. */
  readonly entities: number | undefined;
  readonly error: unknown;
}

/**
 * What clients learn of a fetch that failed: an error for each field that it would have brought, so that `path` says what
 * is missing. For entities the path is the first one's, and `places` says how many lack the field.
 */
export function unavailable({ subgraph, document, entities, error }: Failure): readonly GraphQLError[] {
  const code = codeOf(error);
  const why = code === 'TIMEOUT' ? 'did not answer in time' : 'does not answer now';
  const fields = document ? missingFields(document, entities !== undefined) : [];
  const errorAt = (field: string | undefined) =>
    new GraphQLError(
      `The subgraph "${subgraph}" ${why}${field ? `, so that \`${clientKey(field)}\` is missing` : ''}. Try again later.`,
      {
        ...(field !== undefined && { path: entities === undefined ? [field] : ['_entities', 0, field] }),
        extensions: {
          code,
          retryable: errorCatalogue[code].retryable,
          subgraph,
          ...(entities !== undefined && { places: entities }),
        },
      },
    );
  return fields.length > 0 ? fields.map(errorAt) : [errorAt(undefined)];
}

function codeOf(error: unknown): ErrorCode {
  if (error instanceof EaioError) return error.code;
  return isNamed(error, 'TimeoutError') ? 'TIMEOUT' : 'SUBGRAPH_UNAVAILABLE';
}

/** Response keys of the fetch's root fields, or of the entities' fields below `_entities`. */
function missingFields(document: DocumentNode, ofEntities: boolean): readonly string[] {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const root = operation?.selectionSet;
  const keys = ofEntities
    ? root?.selections.flatMap((field) =>
        field.kind === Kind.FIELD && field.selectionSet ? responseKeys(field.selectionSet) : [],
      )
    : root && responseKeys(root);
  return [...new Set(keys)].filter((key) => !key.startsWith('__'));
}

function responseKeys({ selections }: SelectionSetNode): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.alias?.value ?? selection.name.value];
    return selection.kind === Kind.INLINE_FRAGMENT ? responseKeys(selection.selectionSet) : [];
  });
}

/** By name: the reason of an aborted signal is a DOMException, which need not be of this realm. */
export function isNamed(error: unknown, name: string): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === name;
}
