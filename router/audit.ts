import { Kind } from 'graphql';
import type { Audit, AuditEntry } from '../platform/audit/types.ts';
import type { ErrorCode } from '../platform/errors/catalogue.ts';
import { toClientError } from '../platform/errors/client-error.ts';
import type { ExecutedResult, PlannedOperation } from './federation/types.ts';
import type { RouterAnswer, RouterRequest } from './types.ts';

/** The one place where what is done and refused in the graph goes on record. */
export interface RouterAudit {
  /** A refusal for want of permission goes on record; others do not. */
  refused(request: RouterRequest, answer: RouterAnswer): void;
  /** Runs a mutation that is on record before it takes effect, and again when it is over. Rejects when the first can't be had. */
  mutation(
    request: RouterRequest,
    planned: PlannedOperation,
    run: () => Promise<ExecutedResult>,
  ): Promise<ExecutedResult>;
}

export interface RouterAuditOptions {
  readonly audit: Audit;
  /** Root fields whose effect has a lineage of its own: a mutation of these alone goes on record, and is not refused for want of it. */
  readonly ownLineage: ReadonlySet<string>;
}

const denials: ReadonlySet<unknown> = new Set<ErrorCode>([
  'FORBIDDEN',
  'PERSISTED_QUERY_ONLY',
  'UNAUTHENTICATED',
]);

export function createRouterAudit({ audit, ownLineage }: RouterAuditOptions): RouterAudit {
  return {
    refused(request, { error }) {
      if (error === undefined || !denials.has(error)) return;
      audit.record({ ...entryOf(request), kind: 'denied', outcome: 'denied', code: error });
    },

    async mutation(request, planned, run) {
      const name = planned.name ?? 'anonymous mutation';
      const entry = { ...entryOf(request), what: name, kind: 'mutation' as const };
      if (hasOwnLineage(planned, ownLineage)) {
        const result = await run();
        audit.record({ ...entry, ...endOf(result) });
        return result;
      }
      const begun = await audit.recordFirst({ ...entry, outcome: 'begun' });
      const ended = { ...entry, arguments: undefined, begun };
      try {
        const result = await run();
        audit.record({ ...ended, ...endOf(result) });
        return result;
      } catch (error) {
        audit.record({ ...ended, outcome: 'failed', code: toClientError(error).code });
        throw error;
      }
    },
  };
}

function entryOf({
  operation,
  principal,
  origin,
  traceparent,
  variables,
}: RouterRequest): Omit<AuditEntry, 'kind' | 'outcome'> {
  const what = 'id' in operation ? operation.id : (operation.operationName ?? 'ad-hoc operation');
  return { what, arguments: variables, who: principal, origin, traceparent };
}

function endOf({ errors = [] }: ExecutedResult): Pick<AuditEntry, 'outcome' | 'code'> {
  const [first] = errors;
  if (first === undefined) return { outcome: 'done' };
  const code = toClientError(first).code;
  return { outcome: denials.has(code) ? 'denied' : 'failed', code };
}

/** A fragment at the root is not looked into: what can't be told at a glance counts as a command. */
function hasOwnLineage({ document }: PlannedOperation, ownLineage: ReadonlySet<string>): boolean {
  return document.definitions.every(
    (node) =>
      node.kind !== Kind.OPERATION_DEFINITION ||
      node.selectionSet.selections.every(
        (selection) => selection.kind === Kind.FIELD && ownLineage.has(selection.name.value),
      ),
  );
}
