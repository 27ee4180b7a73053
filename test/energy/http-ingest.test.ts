import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import pino from 'pino';
import { type HttpIngestOptions, httpIngest } from '../../connectors/http/http-ingest.ts';
import { freePort } from '../../platform/lifecycle/free-port.ts';
import { createPool } from '../../platform/postgres/pool.ts';
import { createIngestion } from '../../subgraphs/energy/ingestion/ingestion.ts';
import { createNativeStorage } from '../../subgraphs/energy/storage/native.ts';
import { createTestIdentity, type TestIdentity } from '../kit/token.ts';
import { until } from '../kit/wait.ts';
import { createEnergyWorld, type EnergyWorld, meterOf, office } from './world.ts';

const nowMs = Date.parse('2017-06-20T12:00:00Z');
const ann = meterOf('East_office_Ann');
const bob = meterOf('West_office_Bob');

describe('POST /ingest/v1/readings', () => {
  let world: EnergyWorld;
  let identity: TestIdentity;
  const opened: FastifyInstance[] = [];
  let url: string;

  const serve = async (options: Partial<HttpIngestOptions> = {}): Promise<string> => {
    const app = Fastify();
    opened.push(app);
    await app.register(httpIngest, {
      door: world.ingestion,
      verifier: identity.verifier,
      log: pino({ level: 'silent' }),
      ...options,
    });
    return `${await app.listen({ host: '127.0.0.1', port: 0 })}/ingest/v1/readings`;
  };

  beforeAll(async () => {
    world = await createEnergyWorld({
      buildings: [office('East_office_Ann'), office('West_office_Bob')],
      meters: [ann, bob],
      clock: () => nowMs,
    });
    identity = await createTestIdentity();
    url = await serve();
  });
  afterEach(() => world.forgetReadings());
  afterAll(async () => {
    await Promise.all(opened.map((app) => app.close()));
    await world[Symbol.asyncDispose]();
  });

  const json = 'application/json';
  const ndjson = 'application/x-ndjson';
  const send = async (
    body: string | Buffer,
    type: string,
    headers: Record<string, string> = {},
    to = url,
  ) => {
    const response = await fetch(to, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: { 'content-type': type, authorization: await identity.bearerFor('integrator'), ...headers },
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const refused = (status: number, code: string, message: RegExp) => ({
    status,
    body: {
      errors: [{ message: expect.stringMatching(message), extensions: expect.objectContaining({ code }) }],
    },
  });
  const reading = (hour: number, value: unknown = hour, meterId: unknown = ann.id) => ({
    meterId,
    time: `2017-06-${String(1 + Math.floor(hour / 24)).padStart(2, '0')}T${String(hour % 24).padStart(2, '0')}:00:00Z`,
    value,
  });
  const stored = async () =>
    (await world.pool.query<{ count: number }>('select count(*)::int as count from energy.reading')).rows[0]
      ?.count;

  describe('as JSON', () => {
    // Proves: ingest.result-per-item
    test('answers with a result for each item, in the order sent, and one bad item does not lose the others', async () => {
      const body = [
        reading(0),
        reading(1, -1),
        'nonsense',
        reading(2, 5, 'nowhere:gas'),
        { ...reading(3), time: 'today' },
        { ...reading(4), intervalSeconds: 1_800 },
      ];
      expect(await send(JSON.stringify(body), json)).toMatchObject({
        status: 200,
        body: {
          stored: 2,
          unchanged: 0,
          rejected: 4,
          results: [
            { index: 0, status: 'STORED', error: null },
            { index: 1, status: 'REJECTED', error: { code: 'NEGATIVE_VALUE' } },
            {
              index: 2,
              status: 'REJECTED',
              error: {
                code: 'MALFORMED',
                message: 'The item is no object: a reading is {"meterId", "time", "value"}.',
              },
            },
            { index: 3, status: 'REJECTED', error: { code: 'UNKNOWN_METER' } },
            { index: 4, status: 'REJECTED', error: { code: 'BAD_TIME' } },
            { index: 5, status: 'STORED', error: null },
          ],
        },
      });
      expect(await stored()).toBe(2);
    });

    // Proves: ingest.repeatable
    test('takes {"readings": [...]} and gzip, and changes nothing when it is sent again', async () => {
      const body = JSON.stringify({ readings: [reading(0), reading(1)] });
      expect((await send(body, json)).body).toMatchObject({ stored: 2, unchanged: 0 });
      const again = await send(gzipSync(body), `${json}; charset=utf-8`, { 'content-encoding': 'gzip' });
      expect(again.body).toMatchObject({
        stored: 0,
        unchanged: 2,
        results: [{ status: 'UNCHANGED' }, { status: 'UNCHANGED' }],
      });
    });

    test('is a result too when no item is a reading', async () => {
      expect(await send('[1, null, []]', json)).toMatchObject({
        status: 200,
        body: { stored: 0, rejected: 3 },
      });
    });

    // Proves: identity.granted-buildings
    test('stores only what the token covers', async () => {
      const authorization = await identity.bearerFor('integrator', { buildings: ['West_office_Bob'] });
      const { body } = await send(JSON.stringify([reading(0), reading(0, 1, bob.id)]), json, {
        authorization,
      });
      expect(body).toMatchObject({
        stored: 1,
        results: [{ error: { code: 'FORBIDDEN_METER' } }, { status: 'STORED' }],
      });
    });

    test.each([
      ['{', 'BAD_REQUEST', /not JSON/],
      ['', 'BAD_REQUEST', /not JSON|empty/],
      ['{"reading": []}', 'BAD_REQUEST', /must be a list of readings, or \{"readings": \[\.\.\.\]\}/],
      ['3', 'BAD_REQUEST', /must be a list/],
      ['[]', 'BAD_REQUEST', /is empty/],
    ])('refuses %j', async (body, code, message) => {
      expect(await send(body, json)).toMatchObject(refused(400, code, message));
    });

    test('refuses more items, or more bytes, than the limit that it names', async () => {
      const small = await serve({ limits: { maxJsonItems: 2, maxJsonBytes: 1_000 } });
      expect(await send(JSON.stringify([1, 2, 3]), json, {}, small)).toMatchObject(
        refused(413, 'PAYLOAD_TOO_LARGE', /^3 readings; a JSON body may have 2\. .*NDJSON/),
      );
      const long = JSON.stringify({ readings: [], why: 'x'.repeat(1_000) });
      expect(await send(long, json, {}, small)).toMatchObject(
        refused(413, 'PAYLOAD_TOO_LARGE', /over 1000 bytes, unpacked/),
      );
      // A megabyte of nothing packs into a kilobyte.
      const bomb = gzipSync(`[${' '.repeat(1_000_000)}]`);
      expect(await send(bomb, json, { 'content-encoding': 'gzip' }, small)).toMatchObject(
        refused(413, 'PAYLOAD_TOO_LARGE', /over 1000 bytes, unpacked/),
      );
    });
  });

  describe('as NDJSON', () => {
    const linesOf = (items: readonly unknown[]) =>
      items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('\n');

    // Proves: ingest.ndjson, ingest.result-per-item
    test("answers with counts and the refused lines; a broken line is that line's rejection only", async () => {
      const body = linesOf([
        reading(0),
        '{"meterId": ',
        '',
        reading(1),
        reading(2, -2),
        reading(1, 7),
        reading(3),
      ]);
      expect(await send(body, ndjson)).toMatchObject({
        status: 200,
        body: {
          received: 6,
          stored: 3,
          unchanged: 0,
          rejected: 3,
          rejectedByCode: { MALFORMED: 1, NEGATIVE_VALUE: 1, DUPLICATE_IN_REQUEST: 1 },
          rejections: [
            { line: 2, code: 'MALFORMED', message: expect.stringMatching(/^The line is not JSON/) },
            {
              line: 4,
              code: 'DUPLICATE_IN_REQUEST',
              message: 'The same meter and time come again in a later line, which counts.',
            },
            { line: 5, code: 'NEGATIVE_VALUE' },
          ],
        },
      });
      const { rows } = await world.pool.query<{ value: number }>(
        'select value from energy.reading order by time',
      );
      expect(rows.map(({ value }) => value)).toEqual([0, 7, 3]);
    });

    // Proves: ingest.ndjson, ingest.repeatable
    test('is stored batch by batch however long it is, plain or packed, and twice is as once', async () => {
      const batched = await serve({ limits: { batchLines: 100 } });
      const body = linesOf(
        Array.from({ length: 456 }, (_, hour) => reading(hour, hour % 100 === 50 ? 'fifty' : hour)),
      );
      const expected = {
        received: 456,
        rejected: 5,
        rejectedByCode: { NOT_A_NUMBER: 5 },
        rejections: [51, 151, 251, 351, 451].map((line) => ({ line, code: 'NOT_A_NUMBER' })),
      };
      expect(
        (await send(gzipSync(body), ndjson, { 'content-encoding': 'gzip' }, batched)).body,
      ).toMatchObject({ ...expected, stored: 451 });
      expect((await send(body, 'application/ndjson', {}, batched)).body).toMatchObject({
        ...expected,
        stored: 0,
        unchanged: 451,
      });
      expect(await stored()).toBe(451);
    });

    test('of nothing has nothing', async () => {
      expect(await send('\n\n', ndjson)).toMatchObject({
        status: 200,
        body: { received: 0, stored: 0, rejected: 0, rejections: [] },
      });
    });

    test('over the limit is cut there: what came before is stored, and told', async () => {
      const small = await serve({ limits: { maxNdjsonBytes: 300_000, batchLines: 400 } });
      const body = linesOf(Array.from({ length: 20_000 }, (_, index) => reading(index % 400)));
      const answer = await send(body, ndjson, {}, small);
      expect(answer).toMatchObject(
        refused(413, 'PAYLOAD_TOO_LARGE', /over 300000 bytes, unpacked\. What came before is stored/),
      );
      const { taken } = (
        answer.body as { errors: [{ extensions: { taken: { received: number; stored: number } } }] }
      ).errors[0].extensions;
      expect(taken.stored).toBe(await stored());
      expect(taken.stored).toBeGreaterThan(0);
    });

    test('over the limit is read on for a while only, then the connection ends', async () => {
      const small = await serve({ limits: { maxNdjsonBytes: 100, lingerMs: 50 } });
      const socket = connect(Number(new URL(small).port), '127.0.0.1');
      const closed = new Promise((resolve) => socket.once('close', resolve).on('error', () => undefined));
      let answer = '';
      socket.setEncoding('utf8').on('data', (text) => {
        answer += text;
      });
      socket.write(
        `POST /ingest/v1/readings HTTP/1.1\r\nhost: x\r\nauthorization: ${await identity.bearerFor('integrator')}\r\ncontent-type: ${ndjson}\r\ncontent-length: 100000\r\n\r\n${' '.repeat(200)}`,
      );
      await closed;
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    });

    test('that breaks off stores what was whole, and gives its place back', async () => {
      const one = await serve({ limits: { batchLines: 2, maxConcurrent: 1 } });
      const socket = connect(Number(new URL(one).port), '127.0.0.1');
      const head = `POST /ingest/v1/readings HTTP/1.1\r\nhost: x\r\nauthorization: ${await identity.bearerFor('integrator')}\r\ncontent-type: ${ndjson}\r\ncontent-length: 100000\r\n\r\n`;
      socket.write(`${head}${linesOf([reading(0), reading(1), reading(2)])}\n`);
      await until(async () => (await stored()) === 2, { what: 'the first batch' });
      expect(await send('[]', json, {}, one)).toMatchObject(
        refused(429, 'RATE_LIMITED', /^1 requests .*come back/),
      );
      socket.destroy();
      await until(async () => (await send(JSON.stringify([reading(5)]), json, {}, one)).status === 200, {
        what: 'the place to be free',
      });
      expect(await stored()).toBe(3);
    });
  });

  test('an answer that says to come back says when', async () => {
    const none = await serve({ limits: { maxConcurrent: 0 } });
    const { status, headers } = await send('[]', json, {}, none);
    expect([status, headers.get('retry-after')]).toEqual([429, '1']);
  });

  test.each([
    ['no token', {}, 401, 'UNAUTHENTICATED', /authorization: Bearer/],
    ['no bearer token', { authorization: 'Basic YTpi' }, 401, 'UNAUTHENTICATED', /authorization: Bearer/],
    ['a token that is none', { authorization: 'Bearer abc' }, 401, 'UNAUTHENTICATED', /not a JWT/],
  ])('%s: refused before the body is read', async (_, headers, status, code, message) => {
    const response = await fetch(url, {
      method: 'POST',
      body: '[]',
      headers: { 'content-type': json, ...headers },
    });
    expect({ status: response.status, body: await response.json() }).toMatchObject(
      refused(status, code, message),
    );
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('a token without the scope is refused, and told which it lacks', async () => {
    const answer = await send('[]', json, { authorization: await identity.bearerFor('viewer') });
    expect(answer).toMatchObject(refused(403, 'FORBIDDEN', /lacks the scope energy:ingest/));
    expect(answer.body).toMatchObject({ errors: [{ extensions: { requiredScopes: ['energy:ingest'] } }] });
  });

  test.each([
    ['text/plain', {}, /Send readings as application\/json or application\/x-ndjson/],
    [json, { 'content-encoding': 'br' }, /gzip, or not at all/],
  ])('%s with %j is refused with what is taken', async (type, headers, message) => {
    const answer = await send('[]', type, headers);
    expect(answer).toMatchObject(refused(415, 'UNSUPPORTED_MEDIA_TYPE', message));
    expect(answer.headers.get('accept-post')).toBe(
      'application/json, application/x-ndjson, application/ndjson',
    );
    expect(answer.headers.get('accept-encoding')).toBe('gzip');
  });

  test.each([
    ['no gzip at all', Buffer.from('[]')],
    ['gzip that is cut', gzipSync(JSON.stringify(Array(1_000).fill(1))).subarray(0, 30)],
  ])('%s is refused', async (_, body) => {
    for (const type of [json, ndjson]) {
      expect(await send(body, type, { 'content-encoding': 'gzip' })).toMatchObject(
        refused(400, 'BAD_REQUEST', /not whole gzip/),
      );
    }
  });

  test('other methods are refused with the one that is taken', async () => {
    const response = await fetch(url);
    expect({ status: response.status, body: await response.json() }).toMatchObject(
      refused(405, 'METHOD_NOT_ALLOWED', /by POST/),
    );
    expect(response.headers.get('allow')).toBe('POST');
  });

  test('without a database the answer says to come back', async () => {
    const pool = createPool({
      connectionString: `postgresql://127.0.0.1:${await freePort()}/none`,
      applicationName: 'none',
    });
    const log = pino({ level: 'silent' });
    await using ingestion = createIngestion({
      pool,
      storage: createNativeStorage(pool),
      bus: world.bus,
      log,
    });
    const dead = await serve({ door: ingestion });
    const list = await send(JSON.stringify([reading(0)]), json, {}, dead);
    expect(list).toMatchObject(refused(503, 'DEPENDENCY_UNAVAILABLE', /does not answer now/));
    expect(list.headers.get('retry-after')).toBe('1');
    const lines = await send(JSON.stringify(reading(0)), ndjson, {}, dead);
    expect(lines.body).toMatchObject({
      errors: [
        {
          extensions: { code: 'DEPENDENCY_UNAVAILABLE', retryable: true, taken: { received: 1, stored: 0 } },
        },
      ],
    });
    await pool.end();
  });

  // Proves: errors.faults-hidden
  test('a fault of ours is told by its id alone, and logged', async () => {
    const logged: object[] = [];
    const broken = await serve({
      door: { ingest: () => Promise.reject(new TypeError('secret')) },
      log: { error: (fields: object) => void logged.push(fields) } as HttpIngestOptions['log'],
    });
    const { status, body } = await send(JSON.stringify([reading(0)]), json, {}, broken);
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(logged).toMatchObject([{ err: expect.any(TypeError), id: expect.any(String) }]);
  });
});
