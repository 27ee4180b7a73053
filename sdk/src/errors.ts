/** One entry of a GraphQL answer's `errors`. */
export interface GraphQLFault {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Whatever can go wrong with a call. `code` is the server's; `retryable` says whether trying again can help. */
export class EaioError extends Error {
  override name = 'EaioError';
  readonly code: string;
  readonly retryable: boolean;
  readonly errors: readonly GraphQLFault[];

  constructor(
    message: string,
    options: { code: string; retryable?: boolean; errors?: readonly GraphQLFault[]; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.retryable = options.retryable ?? false;
    this.errors = options.errors ?? [];
  }
}

/** No token, or one that is not valid any more. */
export class Unauthorized extends EaioError {
  override name = 'Unauthorized';
}

/** The token lacks scopes: any of `missingScopes`' lists would do. */
export class Forbidden extends EaioError {
  override name = 'Forbidden';
  get missingScopes(): readonly (readonly string[])[] {
    return (this.errors[0]?.extensions?.['missingScopes'] ?? []) as readonly (readonly string[])[];
  }
}

/** Too many requests: come back after `retryAfterMs`. */
export class RateLimited extends EaioError {
  override name = 'RateLimited';
  readonly retryAfterMs: number;
  constructor(
    message: string,
    options: { code: string; errors?: readonly GraphQLFault[]; retryAfterMs: number },
  ) {
    super(message, { ...options, retryable: true });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Arguments that are not allowed: each with its path and what is. */
export class InvalidInput extends EaioError {
  override name = 'InvalidInput';
  get faults(): readonly { readonly path: string; readonly message: string }[] {
    const told = this.errors.flatMap(
      (e) => (e.extensions?.['faults'] ?? []) as { path: string; message: string }[],
    );
    return told.length > 0
      ? told
      : this.errors.map((e) => ({ path: (e.path ?? []).join('.'), message: e.message }));
  }
}

/** The server, or a part of the graph, does not answer now. */
export class Unavailable extends EaioError {
  override name = 'Unavailable';
}

/** The answer took longer than `timeoutMs`. */
export class TimedOut extends EaioError {
  override name = 'TimedOut';
}

/** Some of the answer is missing: what came is in `data`. Worth another try when all that is missing may come back. */
export class PartialAnswer<Data = unknown> extends EaioError {
  override name = 'PartialAnswer';
  readonly data: Data;
  constructor(data: Data, errors: readonly GraphQLFault[]) {
    super(errors.map((e) => e.message).join(' '), {
      code: codeOf(errors) ?? 'PARTIAL',
      retryable: errors.every((e) => e.extensions?.['retryable'] === true),
      errors,
    });
    this.data = data;
  }
}

const inputCodes: ReadonlySet<string> = new Set([
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_TOO_COMPLEX',
]);
const awayCodes: ReadonlySet<string> = new Set([
  'SUBGRAPH_UNAVAILABLE',
  'DEPENDENCY_UNAVAILABLE',
  'SHUTTING_DOWN',
  'TIMEOUT',
]);

/** The typed error of an answer that has no data. */
export function errorOf(
  errors: readonly GraphQLFault[],
  status: number,
  retryAfterMs: number | null,
): EaioError {
  const message = errors.map((e) => e.message).join(' ') || `The server answered ${status} without a reason.`;
  const code =
    codeOf(errors) ??
    (status === 401
      ? 'UNAUTHENTICATED'
      : status === 403
        ? 'FORBIDDEN'
        : status === 429
          ? 'RATE_LIMITED'
          : `HTTP_${status}`);
  if (code === 'UNAUTHENTICATED') return new Unauthorized(message, { code, errors });
  if (code === 'FORBIDDEN' || code === 'PERSISTED_QUERY_ONLY')
    return new Forbidden(message, { code, errors });
  if (code === 'RATE_LIMITED')
    return new RateLimited(message, { code, errors, retryAfterMs: retryAfterMs ?? 1_000 });
  if (inputCodes.has(code)) return new InvalidInput(message, { code, errors });
  if (awayCodes.has(code) || status >= 502)
    return new Unavailable(message, { code, errors, retryable: true });
  return new EaioError(message, { code, errors });
}

function codeOf(errors: readonly GraphQLFault[]): string | undefined {
  const code = errors[0]?.extensions?.['code'];
  return typeof code === 'string' ? code : undefined;
}
