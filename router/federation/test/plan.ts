import { createHash } from 'node:crypto';
import { getOperationAST, parse } from 'graphql';
import { planOperation } from '../../operations/plan.ts';
import type { Supergraph } from '../supergraph.ts';
import type { PlannedOperation } from '../types.ts';

export const testTtls = { METADATA: 3600, READINGS: 300, LIVE: 5, NONE: 0 } as const;

/** One operation, planned as the catalogue would. */
export function planText(supergraph: Supergraph, text: string): PlannedOperation {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('One operation is wanted.');
  return planOperation({
    supergraph,
    document,
    operation,
    hash: createHash('sha256').update(text).digest('hex'),
    ttls: testTtls,
  });
}
