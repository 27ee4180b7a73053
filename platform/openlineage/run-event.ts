/** Parts of OpenLineage 2-0-2 that we say. https://openlineage.io/spec/2-0-2/OpenLineage.json */
export type RunState = 'START' | 'COMPLETE' | 'ABORT' | 'FAIL';

export interface Dataset {
  /** Where it lies: `eaio` for what is ours, a scheme and authority for what is not (`file`, `redis://host`). */
  readonly namespace: string;
  readonly name: string;
}

export interface OutputDataset extends Dataset {
  /** Rows written, where it is known. */
  readonly rowCount?: number;
}

export interface RunFacts {
  readonly runId: string;
  /** What ran, for example `estimation`. */
  readonly job: string;
  readonly description: string;
  readonly inputs: readonly Dataset[];
  readonly outputs: readonly OutputDataset[];
}

export interface RunEvent {
  readonly eventType: RunState;
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
  readonly run: { readonly runId: string; readonly facets: Facets };
  readonly job: { readonly namespace: string; readonly name: string; readonly facets: Facets };
  readonly inputs: readonly Dataset[];
  readonly outputs: readonly (Dataset & { readonly outputFacets?: Facets })[];
}

type Facet = { readonly _producer: string; readonly _schemaURL: string } & Readonly<Record<string, unknown>>;
type Facets = Readonly<Record<string, Facet>>;

/** Jobs of ours, and datasets that are ours. */
export const lineageNamespace = 'eaio';
const producer = 'https://eaio.dev/openlineage';
const schemaURL = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent';

/** A facet as the specification's own file defines it. */
const facet = (file: string, version: string, content: Readonly<Record<string, unknown>>): Facet => ({
  _producer: producer,
  _schemaURL: `https://openlineage.io/spec/facets/${version}/${file}.json#/$defs/${file}`,
  ...content,
});

export interface RunEventOptions {
  readonly state: RunState;
  readonly timeMs: number;
  /** Why it failed, for FAIL. */
  readonly error?: string | undefined;
}

/** One event of a run: START, and later one of COMPLETE, ABORT, FAIL, all with the same `runId`. */
export function toRunEvent(facts: RunFacts, { state, timeMs, error }: RunEventOptions): RunEvent {
  const { runId, job, description, inputs, outputs } = facts;
  return {
    eventType: state,
    eventTime: new Date(timeMs).toISOString(),
    producer,
    schemaURL,
    run: {
      runId,
      facets:
        error === undefined
          ? {}
          : {
              errorMessage: facet('ErrorMessageRunFacet', '1-0-1', {
                message: error,
                programmingLanguage: 'TypeScript',
              }),
            },
    },
    job: {
      namespace: lineageNamespace,
      name: job,
      facets: {
        documentation: facet('DocumentationJobFacet', '1-1-0', { description }),
        jobType: facet('JobTypeJobFacet', '2-0-4', {
          processingType: 'BATCH',
          integration: 'EAIO',
          jobType: 'JOB',
        }),
      },
    },
    inputs: inputs.map(({ namespace, name }) => ({ namespace, name })),
    outputs: outputs.map(({ namespace, name, rowCount }) => ({
      namespace,
      name,
      ...(rowCount === undefined
        ? {}
        : {
            outputFacets: {
              outputStatistics: facet('OutputStatisticsOutputDatasetFacet', '1-0-2', { rowCount }),
            },
          }),
    })),
  };
}
