import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createGunzip } from 'node:zlib';
import fastify from 'fastify';
import { until } from '../../test/kit/wait.ts';
import type { RouterAnswer } from '../types.ts';
import { json } from './media-type.ts';
import { sendAnswer } from './send-answer.ts';
import { sendLarge } from './send-large.ts';

const megabyte = 1_048_576;

/** Text that compresses badly, so that a compressed copy would be seen. */
const bodyOf = (megabytes: number): Buffer => {
  const text = Buffer.from(randomBytes(megabytes * megabyte * 0.75).toString('base64'), 'latin1');
  text.write('"', 0);
  text.write('"', text.length - 1);
  return text;
};

async function serve(body: Buffer, stallMs?: number) {
  const app = fastify();
  const answer: RouterAnswer = {
    ...{ status: 200, body, etag: '"x"', maxAgeSeconds: 0, cache: { kind: 'uncacheable' } },
  };
  app.get('/', (asked, reply) => sendAnswer(asked, reply, answer, json));
  app.get('/stalling', (_asked, reply) =>
    sendLarge(reply, body, { gzip: false, ...(stallMs !== undefined && { stallMs }) }),
  );
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const connections = () =>
    new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count)));
  return { url, connections, [Symbol.asyncDispose]: () => app.close() };
}

/** A client that takes nothing of the body until it is told to. */
async function open(url: string, gzip: boolean): Promise<IncomingMessage> {
  const asking = request(url, { agent: false, headers: gzip ? { 'accept-encoding': 'gzip' } : {} });
  asking.end();
  const [response]: IncomingMessage[] = await once(asking, 'response');
  if (response === undefined) throw new Error('There is no response.');
  return response;
}

/** One small piece, then nothing more. */
async function takeALittle(response: IncomingMessage): Promise<void> {
  await until(() => response.read(1_024) !== null, { what: 'the first bytes' });
}

async function hashOf(bytes: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest('hex');
}

// Proves: cache.large-answers-stream
test('ten slow readers of 100 MB, compressed or not, take little memory beside the one copy, and who reads on gets all of it', async () => {
  const body = bodyOf(100);
  await using server = await serve(body);
  const before = process.memoryUsage();
  const readers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => open(server.url, index % 2 === 0)),
  );
  await Promise.all(readers.map(takeALittle));
  const after = process.memoryUsage();
  const grownBytes = Math.max(after.rss - before.rss, after.arrayBuffers - before.arrayBuffers);
  console.info(`Ten slow readers of 100 MB: ${(grownBytes / megabyte).toFixed(1)} MB more.`);
  expect(grownBytes).toBeLessThan(64 * megabyte);
  for (const reader of readers) reader.destroy();
  await until(async () => (await server.connections()) === 0, { what: 'the connections to end' });

  const wanted = createHash('sha256').update(body).digest('hex');
  const [plain, zipped] = [await open(server.url, false), await open(server.url, true)];
  expect(plain.headers['content-length']).toBe(String(body.length));
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(await Promise.all([hashOf(plain), hashOf(zipped.pipe(createGunzip()))])).toEqual([wanted, wanted]);
}, 60_000);

test('a client that takes nothing for too long is cut off', async () => {
  await using server = await serve(bodyOf(32), 200);
  const reader = await open(`${server.url}/stalling`, false);
  await until(async () => (await server.connections()) === 0, { what: 'the connection to be cut' });
  await expect(hashOf(reader)).rejects.toThrow('aborted');
}, 30_000);
