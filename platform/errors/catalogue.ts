/**
 * Every failure that a client can see: code, HTTP status, and whether trying again can help.
 * A code is added here first, then thrown as `new EaioError(code, message)`; a test reaches each one.
 */
export const errorCatalogue = {
  UNAUTHENTICATED: { status: 401, retryable: false, meaning: 'No token, or one that is not valid any more.' },
  FORBIDDEN: {
    status: 403,
    retryable: false,
    meaning: 'The token lacks a scope or does not cover the building.',
  },
  BAD_USER_INPUT: {
    status: 400,
    retryable: false,
    meaning: 'An argument is not allowed; the message says what is.',
  },
  BAD_REQUEST: { status: 400, retryable: false, meaning: 'The request is not well formed.' },
  NOT_FOUND: {
    status: 404,
    retryable: false,
    meaning: 'There is no such thing, or the caller may not see it.',
  },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, meaning: 'The address knows other methods.' },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    retryable: false,
    meaning: 'The body is over the limit that the message names.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retryable: false,
    meaning: 'The body is not of a type that the address takes.',
  },
  GRAPHQL_PARSE_FAILED: { status: 400, retryable: false, meaning: 'The operation is not GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    retryable: false,
    meaning: 'The operation does not fit the schema.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 404,
    retryable: false,
    meaning: 'No persisted operation has this id.',
  },
  PERSISTED_QUERY_ONLY: {
    status: 403,
    retryable: false,
    meaning: 'The caller may run persisted operations only.',
  },
  OPERATION_TOO_COMPLEX: {
    status: 400,
    retryable: false,
    meaning: 'Depth, cost, aliases or batch are over the limit.',
  },
  RATE_LIMITED: {
    status: 429,
    retryable: true,
    meaning: 'Too many requests; Retry-After says when to come back.',
  },
  PIPE_FULL: {
    status: 429,
    retryable: true,
    meaning:
      'The event bus holds as much as its consumers can be behind; retryAfterMs says when to come back.',
  },
  TIMEOUT: { status: 504, retryable: true, meaning: 'The answer took longer than allowed.' },
  SUBGRAPH_UNAVAILABLE: { status: 503, retryable: true, meaning: 'A part of the graph does not answer now.' },
  DEPENDENCY_UNAVAILABLE: {
    status: 503,
    retryable: true,
    meaning: 'The database or Redis does not answer now.',
  },
  SHUTTING_DOWN: {
    status: 503,
    retryable: true,
    meaning: 'This process is going down; another one answers.',
  },
  INTERNAL_SERVER_ERROR: {
    status: 500,
    retryable: false,
    meaning: 'A fault of ours; the log holds it by the id given.',
  },
} as const satisfies Record<string, { status: number; retryable: boolean; meaning: string }>;

export type ErrorCode = keyof typeof errorCatalogue;
