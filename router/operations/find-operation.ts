import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import type { OperationReference } from '../types.ts';
import type { RunnableOperation } from './catalogue.ts';
import type { Generation } from './live-operations.ts';

/** Who may run texts of their own: nobody (safelist), those with `schema:explore`, or everybody (development). */
export type AdHocMode = 'nobody' | 'explorers' | 'everybody';

export type Found =
  | { readonly ok: true; readonly operation: RunnableOperation; readonly adHoc: boolean }
  | { readonly ok: false; readonly errors: readonly unknown[] };

/** The operation that a request means. The text of a persisted operation is that operation, whoever sends it. */
export function findOperation(
  {
    catalogue,
    prepareAdHoc,
  }: Pick<Generation, 'prepareAdHoc'> & { readonly catalogue: Pick<Generation['catalogue'], 'runnable'> },
  reference: OperationReference,
  principal: Principal,
  mode: AdHocMode,
): Found {
  if ('id' in reference) {
    const operation = catalogue.runnable.get(reference.id);
    return operation
      ? { ok: true, operation, adHoc: false }
      : { ok: false, errors: [notFound(reference.id)] };
  }
  const { query, operationName } = reference;
  const persisted = catalogue.runnable.get(createHash('sha256').update(query).digest('hex'));
  if (persisted) return { ok: true, operation: persisted, adHoc: false };
  if (!mayExplore(principal, mode)) return { ok: false, errors: [persistedOnly(mode)] };
  const prepared = prepareAdHoc(query, operationName);
  const explorer = principal.scopes.has('schema:explore');
  if (!prepared.ok)
    return explorer ? prepared : { ok: false, errors: prepared.errors.map(withoutSuggestion) };
  if (prepared.introspects && !explorer) return { ok: false, errors: [noIntrospection()] };
  return { ok: true, operation: prepared.operation, adHoc: true };
}

function mayExplore({ scopes }: Principal, mode: AdHocMode): boolean {
  switch (mode) {
    case 'nobody':
      return false;
    case 'explorers':
      return scopes.has('schema:explore');
    case 'everybody':
      return true;
  }
}

/** graphql-js proposes names of the schema to whoever mistypes one ("Did you mean ...?"): a way to explore it. */
function withoutSuggestion(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  const { nodes, source, positions, extensions } = error;
  const message = error.message.replace(/ Did you mean .*$/s, '');
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions,
  });
}

function noIntrospection(): EaioError {
  return new EaioError('FORBIDDEN', 'To ask for the schema itself a token needs the scope schema:explore.', {
    details: { missingScopes: [['schema:explore']] },
  });
}

function notFound(id: string): EaioError {
  return new EaioError(
    'PERSISTED_QUERY_NOT_FOUND',
    `No persisted operation has the id "${id.slice(0, 80)}"; schema/manifest.json lists them all.`,
  );
}

function persistedOnly(mode: AdHocMode): EaioError {
  const how = 'Send `extensions.persistedQuery` with an id of schema/manifest.json';
  return mode === 'nobody'
    ? new EaioError('PERSISTED_QUERY_ONLY', `Only persisted operations are run here. ${how}.`)
    : new EaioError(
        'PERSISTED_QUERY_ONLY',
        `This token may run persisted operations only. ${how}, or get a token with the scope schema:explore.`,
        {
          details: { missingScopes: [['schema:explore']] },
        },
      );
}
