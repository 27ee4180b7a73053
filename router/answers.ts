import type { GraphQLError } from 'graphql';
import { etagOf } from '../platform/cache/etag.ts';
import { type ErrorCode, errorCatalogue } from '../platform/errors/catalogue.ts';
import { toClientError } from '../platform/errors/client-error.ts';
import type { EaioError } from '../platform/errors/eaio-error.ts';
import type { EncodedAnswer } from './cache/types.ts';
import type { ExecutedResult } from './federation/types.ts';
import type { RouterAnswer } from './types.ts';

/** Told of what clients must not see: faults of ours, with the id under which clients know them. */
export type OnFault = (error: EaioError) => void;

/**
 * An execution result as bytes, without `extensions`. With data, or with a null that stands for data, the status is 200,
 * as GraphQL over HTTP says; without it is that of the first error.
 */
export function encodeResult({ data, errors = [] }: ExecutedResult, onFault: OnFault): EncodedAnswer {
  const shown = errors.map((error) => showError(error, onFault));
  if (data === undefined && errors.length > 0) return encodeErrors(shown);
  const body = Buffer.from(
    JSON.stringify({ ...(shown.length > 0 && { errors: shown }), data: data ?? null }),
  );
  return { status: 200, body };
}

/** An answer without data: why nothing was executed. Takes whatever was thrown. Never kept by anyone. */
export function refusal(errors: readonly unknown[], onFault: OnFault): RouterAnswer {
  const { status, body, error } = encodeErrors(errors.map((cause) => showError(cause, onFault)));
  return { status, body, error, cache: { kind: 'uncacheable' }, maxAgeSeconds: 0, etag: etagOf(body) };
}

/** The one form in which errors leave the router. */
export interface ShownError {
  readonly message: string;
  readonly locations?: GraphQLError['locations'];
  readonly path?: GraphQLError['path'];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: ErrorCode };
}

/**
 * Errors with a code of the catalogue pass as they are, whether thrown here, by a subgraph in process or read from a
 * remote one's JSON; anything else is a fault of ours, of which clients get an id.
 */
export function showError(error: unknown, onFault: OnFault): ShownError {
  const { message, path, locations, extensions } = asFormatted(error);
  const where = { ...(locations && { locations }), ...(path && { path }) };
  const code = extensions?.['code'];
  if (isErrorCode(code) && message !== undefined) {
    const { serviceName: _internal, ...shown } = extensions ?? {};
    return { message, ...where, extensions: { ...shown, code } };
  }
  const known = toClientError(error);
  if (known.code === 'INTERNAL_SERVER_ERROR') onFault(known);
  return { message: known.message, ...where, extensions: { ...known.extensions, code: known.code } };
}

const asFormatted = (error: unknown): Partial<GraphQLError> =>
  typeof error === 'object' && error !== null ? error : {};

function encodeErrors(errors: readonly ShownError[]): EncodedAnswer & { readonly error: ErrorCode } {
  const error = errors[0]?.extensions.code ?? 'INTERNAL_SERVER_ERROR';
  return { status: errorCatalogue[error].status, body: Buffer.from(JSON.stringify({ errors })), error };
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCatalogue, code);
}
