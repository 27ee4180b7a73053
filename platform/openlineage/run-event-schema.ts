/**
 * What OpenLineage 2-0-2 asks of a run event (`#/$defs/RunEvent`) and of the facets that we write, in our own words: tests
 * hold our events to it.
 */
const facet = {
  type: 'object',
  required: ['_producer', '_schemaURL'],
  properties: { _producer: { type: 'string', format: 'uri' }, _schemaURL: { type: 'string', format: 'uri' } },
} as const;

const facetWith = (properties: Readonly<Record<string, unknown>>, required: readonly string[]) => ({
  allOf: [facet, { type: 'object', properties, required }],
});

const facets = (known: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  properties: known,
  additionalProperties: facet,
});

const dataset = (more: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  required: ['namespace', 'name'],
  properties: { namespace: { type: 'string' }, name: { type: 'string' }, facets: facets({}), ...more },
});

const text = { type: 'string' } as const;

export const runEventSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['eventTime', 'producer', 'schemaURL', 'run', 'job'],
  properties: {
    eventType: { enum: ['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER'] },
    eventTime: { type: 'string', format: 'date-time' },
    producer: { type: 'string', format: 'uri' },
    schemaURL: { const: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent' },
    run: {
      type: 'object',
      required: ['runId'],
      properties: {
        runId: { type: 'string', format: 'uuid' },
        facets: facets({
          errorMessage: facetWith({ message: text, programmingLanguage: text }, [
            'message',
            'programmingLanguage',
          ]),
        }),
      },
    },
    job: {
      type: 'object',
      required: ['namespace', 'name'],
      properties: {
        namespace: text,
        name: text,
        facets: facets({
          documentation: facetWith({ description: text }, ['description']),
          jobType: facetWith({ processingType: text, integration: text, jobType: text }, [
            'processingType',
            'integration',
          ]),
        }),
      },
    },
    inputs: { type: 'array', items: dataset({}) },
    outputs: {
      type: 'array',
      items: dataset({
        outputFacets: facets({ outputStatistics: facetWith({ rowCount: { type: 'integer' } }, []) }),
      }),
    },
  },
} as const;
