import type { Operation, OperationRequest } from '../ports.ts';

/** A URI that names something readable: the operation behind it, and its variables. */
export interface ResourceTarget {
  readonly uri: string;
  readonly operation: Operation;
  readonly request: OperationRequest;
}
