import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { pino } from 'pino';
import { createHttpSink } from './http-sink.ts';
import { createLineage, type LineageSink, untold } from './lineage.ts';
import type { RunEvent } from './run-event.ts';
import { runEventSchema } from './run-event-schema.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv);
const fits = ajv.compile(runEventSchema);

/** A server that takes OpenLineage events as one does that speaks it: by POST, in JSON, that fit the schema. */
async function openLineageServer(answer = 201) {
  const taken: RunEvent[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const event: unknown = JSON.parse(Buffer.concat(chunks).toString());
    const good =
      request.method === 'POST' && request.headers['content-type'] === 'application/json' && fits(event);
    if (good) taken.push(event as RunEvent);
    response.writeHead(good ? answer : 400).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    taken,
    url: `http://127.0.0.1:${port}/api/v1/lineage`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listening() {
  const lines: Record<string, unknown>[] = [];
  return { lines, log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }) };
}

const facts = {
  job: 'estimation',
  description: 'Fills gaps.',
  inputs: [{ namespace: 'eaio', name: 'energy.reading' }],
  outputs: [{ namespace: 'eaio', name: 'energy.reading' }],
};

// Proves: lineage.openlineage
describe('a job told of by OpenLineage', () => {
  test('is a START and a COMPLETE of one run, with what it learned, as a server that speaks it takes them', async () => {
    await using server = await openLineageServer();
    const { log, lines } = listening();
    const lineage = createLineage({
      sinks: [createHttpSink({ url: server.url })],
      log,
      clock: () => 1_500_000_000_000,
    });
    const result = await lineage.run(facts, async (run) => {
      run.describe({ outputs: [{ namespace: 'eaio', name: 'energy.reading', rowCount: 39 }] });
      return run.runId;
    });
    expect(lines).toEqual([]);
    expect(server.taken.map(({ eventType, run }) => [eventType, run.runId])).toEqual([
      ['START', result],
      ['COMPLETE', result],
    ]);
    expect(server.taken[1]).toMatchObject({
      eventTime: '2017-07-14T02:40:00.000Z',
      job: { namespace: 'eaio', name: 'estimation', facets: { jobType: { processingType: 'BATCH' } } },
      outputs: [{ name: 'energy.reading', outputFacets: { outputStatistics: { rowCount: 39 } } }],
    });
  });

  test('that fails is a FAIL with its reason, and one that was broken off an ABORT', async () => {
    await using server = await openLineageServer();
    const lineage = createLineage({ sinks: [createHttpSink({ url: server.url })], log: listening().log });
    const boom = () => Promise.reject(new Error('no space left'));
    await expect(lineage.run(facts, boom)).rejects.toThrow('no space left');
    await expect(lineage.run(facts, boom, AbortSignal.abort())).rejects.toThrow('no space left');
    expect(
      server.taken.map(({ eventType, run }) => [eventType, run.facets['errorMessage']?.['message']]),
    ).toEqual([
      ['START', undefined],
      ['FAIL', 'no space left'],
      ['START', undefined],
      ['ABORT', undefined],
    ]);
  });

  test('goes on when nobody takes its events, or takes them too slowly, and says so in the log', async () => {
    await using refusing = await openLineageServer(500);
    const { log, lines } = listening();
    const gone = 'http://127.0.0.1:1/api/v1/lineage';
    const broken: LineageSink = { name: 'broken', record: () => Promise.reject(new Error('away')) };
    const lineage = createLineage({
      sinks: [createHttpSink({ url: refusing.url }), createHttpSink({ url: gone, timeoutMs: 500 }), broken],
      log,
    });
    expect(await lineage.run(facts, async () => 7)).toBe(7);
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatchObject({
      job: 'estimation',
      msg: 'A lineage event was not taken; the job goes on.',
    });
    expect(await untold.run(facts, async () => 8)).toBe(8);
  });

  test('the schema that the events are held to refuses what is none', () => {
    expect(fits({})).toBe(false);
    expect(fits({ eventType: 'STARTED' })).toBe(false);
  });
});
