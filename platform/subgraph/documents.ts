import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { EaioError } from '../errors/eaio-error.ts';

export type Prepared =
  | { readonly ok: true; readonly document: DocumentNode; readonly operation: OperationDefinitionNode }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

export interface DocumentCache {
  /** Parses and validates an operation, or remembers that it did. Errors carry the catalogue's codes. */
  prepare(query: string | DocumentNode, operationName: string | undefined): Prepared;
}

type Checked = { readonly document: DocumentNode; readonly errors: readonly GraphQLError[] };

/** @param maxCharacters total length of the texts that are remembered; a document object is remembered as long as it lives. */
export function createDocumentCache(schema: GraphQLSchema, maxCharacters: number): DocumentCache {
  const byText = new LRUCache<string, Checked>({
    maxSize: maxCharacters,
    sizeCalculation: (_checked, text) => text.length + 1,
  });
  const byDocument = new WeakMap<DocumentNode, Checked>();

  function check(document: DocumentNode): Checked {
    const known = byDocument.get(document);
    if (known !== undefined) return known;
    const errors = validate(schema, document).map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
    const checked = { document, errors };
    byDocument.set(document, checked);
    return checked;
  }

  function checkText(text: string): Checked {
    const known = byText.get(text);
    if (known !== undefined) return known;
    const checked = check(parse(text));
    byText.set(text, checked);
    return checked;
  }

  return {
    prepare(query, operationName) {
      try {
        const { document, errors } = typeof query === 'string' ? checkText(query) : check(query);
        if (errors.length > 0) return { ok: false, errors };
        const operation = getOperationAST(document, operationName);
        if (operation) return { ok: true, document, operation };
        const which =
          operationName === undefined
            ? 'The document holds several operations: say which by operationName.'
            : `The document holds no operation named "${operationName}".`;
        return refused(new EaioError('BAD_REQUEST', which));
      } catch (error) {
        if (error instanceof GraphQLError)
          return { ok: false, errors: [withCode(error, 'GRAPHQL_PARSE_FAILED')] };
        throw error;
      }
    },
  };
}

/** An answer that says why the operation was not begun. */
export const refused = (
  error: EaioError,
): { readonly ok: false; readonly errors: readonly GraphQLError[] } => ({
  ok: false,
  errors: [new GraphQLError(error.message, { originalError: error, extensions: error.extensions })],
});

const withCode = (
  error: GraphQLError,
  code: 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED',
): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    originalError: error,
    extensions: new EaioError(code, error.message).extensions,
  });
