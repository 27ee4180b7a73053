import type { Metrics } from '../platform/telemetry/metrics.ts';
import type { PlannedOperation } from './federation/types.ts';
import type { ReloadOutcome } from './operations/live-operations.ts';

/** What the router counts, by the operation's name: names are few, since ad-hoc operations share one. */
export interface RouterMetrics {
  /** Times one execution, until disposed. */
  execution(planned: PlannedOperation): Disposable;
  subgraphError(subgraph: string): void;
  reload(outcome: ReloadOutcome): void;
}

export function createRouterMetrics(metrics: Metrics): RouterMetrics {
  const executions = metrics.histogram({
    name: 'eaio_router_execution_seconds',
    help: 'Executions over the subgraphs: queries and mutations that no cache answered.',
    labels: ['operation', 'kind'],
  });
  const subgraphErrors = metrics.counter({
    name: 'eaio_router_subgraph_errors_total',
    help: 'Fetches that a subgraph did not answer.',
    labels: ['subgraph'],
  });
  const reloads = metrics.counter({
    name: 'eaio_router_reloads_total',
    help: 'Supergraphs and manifests taken over (ok) or refused (failed).',
    labels: ['outcome'],
  });
  const operations = metrics.gauge({
    name: 'eaio_router_operations',
    help: 'Persisted operations, in service and left out.',
    labels: ['state'],
  });
  let persisted: ReadonlySet<string> = new Set();

  return {
    execution({ hash, name, kind }) {
      const operation = name !== null && persisted.has(hash) ? name : 'ad-hoc';
      const stop = executions.startTimer({ operation, kind });
      return { [Symbol.dispose]: () => void stop() };
    },
    subgraphError: (subgraph) => subgraphErrors.inc({ subgraph }),
    reload(outcome) {
      reloads.inc({ outcome: outcome.ok ? 'ok' : 'failed' });
      if (!outcome.ok) return;
      const { catalogue } = outcome.generation;
      persisted = new Set(catalogue.operations.keys());
      operations.set({ state: 'in service' }, catalogue.operations.size);
      operations.set({ state: 'left out' }, catalogue.faults.length);
    },
  };
}
