import { gzipSync } from 'node:zlib';
import { Pool } from 'undici';
import type { TestSystem } from '../../kit/edge.ts';
import type { Outcome, SecuritySuite } from '../suite.ts';
import { mutated } from './mutate.ts';
import { createRandom, type Random } from './random.ts';
import { fuzzWebSocket } from './web-socket.ts';

interface Shot {
  readonly method: 'POST' | 'GET';
  readonly path: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Too busy, or out of time: what the error catalogue tells clients to try again. Any other 5xx is a fault. */
const documented = new Set([503, 504]);
const atOnce = 16;
const seed = 20_260_101;
/** What a fuzzed system may hold more after the second half than after the first: no input may stay. */
const maxGrowthBytes = 96 * 1_048_576;

export const fuzz = (count: number): SecuritySuite => ({
  name: 'fuzz',
  about: `inputs that nobody meant, from seed ${seed}: GraphQL, streams, ingest, MCP, WebSocket; no crash, no 5xx, memory flat`,
  async run(system): Promise<Outcome> {
    const token = await system.tokenFor('admin');
    const random = createRandom(seed);
    const letThrough: string[] = [];
    await using pool = Object.assign(new Pool(system.url, { connections: atOnce }), {
      [Symbol.asyncDispose]: () => pool.destroy(),
    });
    const overHttp = Math.floor(count * 0.95);
    let tried = 0;
    let halfWayBytes = 0;
    const shoot = async () => {
      while (tried < overHttp) {
        tried += 1;
        if (tried === Math.floor(overHttp / 2)) halfWayBytes = process.memoryUsage().rss;
        const shot = aim(random, system);
        const fault = await fire(pool, token, shot);
        if (fault !== undefined)
          letThrough.push(`${shot.method} ${shot.path} ${String(shot.body).slice(0, 300)}: ${fault}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, shoot));
    const sockets = await fuzzWebSocket({ system, token, random, count: count - overHttp });
    letThrough.push(...sockets.letThrough);
    const grown = process.memoryUsage().rss - halfWayBytes;
    if (grown > maxGrowthBytes)
      letThrough.push(`The memory grew by ${Math.round(grown / 1_048_576)} MB in the second half.`);
    const health = await pool.request({ method: 'GET', path: '/health/ready' });
    await health.body.dump();
    if (health.statusCode !== 200)
      letThrough.push(`Afterwards the system is not ready: ${health.statusCode}.`);
    return { tried: tried + sockets.tried, letThrough };
  },
});

/** In words, what is wrong with the answer; undefined when it is one that may come. */
async function fire(
  pool: Pool,
  token: string,
  { method, path, body, headers }: Shot,
): Promise<string | undefined> {
  try {
    const { statusCode, body: answer } = await pool.request({
      ...{ method, path, body: body ?? null },
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      headersTimeout: 20_000,
      bodyTimeout: 20_000,
    });
    // A stream that was opened by chance would go on.
    if (path.startsWith('/graphql/stream') || path.startsWith('/mcp')) {
      answer.on('error', () => undefined).destroy();
      return statusCode >= 500 && !documented.has(statusCode) ? `status ${statusCode}` : undefined;
    }
    const text = await answer.text();
    if (statusCode >= 500 && !documented.has(statusCode)) return `status ${statusCode} ${text.slice(0, 200)}`;
    return text.includes('INTERNAL_SERVER_ERROR') ? text.slice(0, 300) : undefined;
  } catch (error) {
    return error instanceof Error ? `no answer: ${error.message}` : 'no answer';
  }
}

function aim(random: Random, { portfolio, meters }: TestSystem): Shot {
  const building = portfolio.buildings[0]?.id ?? '';
  const meter = meters[0]?.id ?? '';
  const query = `query Q($id: ID!, $n: Int = 3) { building(id: $id) { id meters(first: $n, types: [ELECTRICITY]) { edges { node { id } } } } }`;
  const reading = { meterId: meter, time: '2020-01-01T00:00:00Z', value: 1.5 };
  switch (random.below(8)) {
    case 0:
      return {
        method: 'POST',
        path: '/graphql',
        body: mutated(JSON.stringify({ query, variables: { id: building } }), random),
      };
    case 1:
      return {
        method: 'POST',
        path: '/graphql',
        body: JSON.stringify({ query: mutated(query, random), variables: { id: building } }),
      };
    case 2: {
      const variables = mutated(JSON.stringify({ id: building, n: 5 }), random);
      return {
        method: 'POST',
        path: '/graphql',
        body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
      };
    }
    case 3:
      return {
        method: 'GET',
        path: `/graphql?query=${encodeURIComponent(mutated(query, random).toWellFormed())}&variables=${encodeURIComponent(mutated('{"id":"x"}', random).toWellFormed())}`,
      };
    case 4:
      return {
        method: 'POST',
        path: '/ingest/v1/readings',
        body: mutated(JSON.stringify([{ ...reading, meterId: 'none' }]), random),
      };
    case 5: {
      const lines = mutated(
        `${JSON.stringify({ ...reading, meterId: 'none' })}\n${JSON.stringify({ ...reading, value: 'x' })}\n`,
        random,
      );
      const zipped = random.below(3) === 0;
      return {
        method: 'POST',
        path: '/ingest/v1/readings',
        body: zipped ? gzipSync(lines).subarray(random.below(8)) : lines,
        headers: { 'content-type': 'application/x-ndjson', ...(zipped && { 'content-encoding': 'gzip' }) },
      };
    }
    case 6: {
      const call = {
        jsonrpc: '2.0',
        id: 1,
        method: random.pick([
          'tools/call',
          'tools/list',
          'resources/read',
          'initialize',
          'prompts/get',
          'completion/complete',
        ]),
        params: {
          name: 'PortfolioSummary',
          uri: `eaio://building/${building}`,
          arguments: { buildingId: building },
        },
      };
      return { method: 'POST', path: '/mcp', body: mutated(JSON.stringify(call), random) };
    }
    default:
      return {
        method: 'POST',
        path: '/graphql/stream',
        body: mutated(
          JSON.stringify({ query: `subscription { energyPulse(buildingId: "${building}") { asOf } }` }),
          random,
        ),
      };
  }
}
