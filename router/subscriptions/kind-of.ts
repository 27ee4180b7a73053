import { getOperationAST, parse } from 'graphql';
import type { OperationKind, Router, RouterRequest } from '../types.ts';

/**
 * Which door of the router an operation needs. Anything that is not surely a subscription is executed: that is where it
 * is said what is wrong with it.
 */
export function kindOf({ operation }: RouterRequest, router: Router): OperationKind {
  if ('id' in operation) return router.operations().operations.get(operation.id)?.type ?? 'query';
  try {
    const document = parse(operation.query, { maxTokens: 10_000, noLocation: true });
    return getOperationAST(document, operation.operationName)?.operation ?? 'query';
  } catch {
    return 'query';
  }
}
