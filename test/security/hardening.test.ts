import { execFileSync } from 'node:child_process';
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { request as tlsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { refuseUnsafe } from '../../cli/roles/refuse-unsafe.ts';
import { loadConfig } from '../../platform/config/load.ts';
import { createTestSystem, type TestSystem } from '../kit/edge.ts';
import { within } from '../kit/wait.ts';

let system: TestSystem;
let token: string;
const made = new AsyncDisposableStack();

beforeAll(async () => {
  system = made.use(
    await createTestSystem({ buildings: 1, months: 1, env: { EAIO_CORS_ORIGINS: 'https://dash.example' } }),
  );
  token = await system.tokenFor('energy_engineer');
});
afterAll(() => made.disposeAsync());

const post = (
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
) =>
  fetch(`${system.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body,
  });

// Proves: hardening.headers
test('answers tell browsers to run, frame and guess nothing; pages have a policy of their own', async () => {
  const sent = await post('/graphql', '{"query":"{ __typename }"}');
  expect(sent.headers.get('x-content-type-options')).toBe('nosniff');
  const answer = await fetch(`${system.url}/health/live`);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
  });
  expect(answer.headers.get('x-powered-by')).toBeNull();
  const page = await fetch(`${system.url}/graphql`, { headers: { accept: 'text/html' } });
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
});

// Proves: hardening.csrf
test('a page of another origin can neither ask nor send, unless it is on the list', async () => {
  const preflight = (origin: string) =>
    fetch(`${system.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
  expect((await preflight('https://dash.example')).headers.get('access-control-allow-origin')).toBe(
    'https://dash.example',
  );
  expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
    expect((await post('/graphql', '{"query":"{ __typename }"}', { 'content-type': type })).status).toBe(415);
  const bare = await fetch(`${system.url}/graphql?query=%7B__typename%7D`, {
    headers: { cookie: `token=${token}` },
  });
  expect(bare.status).toBe(401);
});

// Proves: hardening.csrf
test('a WebSocket from a page of another origin is refused', async () => {
  const outcome = (origin: string) => {
    const socket = new WebSocket(`${system.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      origin,
    });
    const { promise, resolve } = Promise.withResolvers<string>();
    socket.once('open', () => {
      resolve('open');
      socket.close();
    });
    socket.once('error', ({ message }) => resolve(message));
    return within(promise, { what: 'the outcome of the upgrade' });
  };
  expect(await outcome('https://evil.example')).toContain('403');
  expect(await outcome('https://dash.example')).toBe('open');
  expect(await outcome('http://localhost:3000')).toBe('open');
});

// Proves: hardening.bodies
test('deep, polluting, oversized and bomb-like bodies are refused', async () => {
  const deep = `{"query":"{ __typename }","variables":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`;
  expect((await post('/graphql', deep)).status).toBe(400);
  for (const body of [
    '{"query":"{ __typename }","variables":{"__proto__":{"admin":true}}}',
    '{"query":"{ __typename }","variables":{"a":{"\\u005f_proto__":{"admin":true}}}}',
    '{"query":"{ __typename }","variables":{"constructor":{"prototype":{"admin":true}}}}',
  ])
    expect((await post('/graphql', body)).status).toBe(400);
  expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  expect((await post('/graphql', `{"query":"${' '.repeat(2_000_000)}"}`)).status).toBe(413);
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20)));
  expect((await post('/ingest/v1/readings', bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
});

// Proves: hardening.slow-clients
test('a head that is too long is refused, and one that trickles in is cut off', async () => {
  const { port } = new URL(system.url);
  const send = async (head: string, deadlineMs: number) => {
    const socket = connect(Number(port), '127.0.0.1');
    const { promise, resolve } = Promise.withResolvers<string>();
    let got = '';
    socket.on('data', (chunk) => {
      got += String(chunk);
    });
    socket.on('close', () => resolve(got));
    socket.on('error', () => undefined);
    socket.write(head);
    return within(promise, { what: 'the end of the connection', deadlineMs });
  };
  expect(
    await send(`GET /health/live HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 5_000),
  ).toContain('431');
  expect(await send('GET /health/live HTTP/1.1\r\nhost: a\r\nx: slow', 20_000)).toContain('408');
});

// Proves: hardening.production
test('production refuses keys of our own making, and plain HTTP to other machines without a proxy', () => {
  const refuse = (env: Record<string, string>) => () =>
    refuseUnsafe(loadConfig({ EAIO_MODE: 'production', ...env }));
  expect(refuse({ HOST: '0.0.0.0' })).toThrow(/JWKS_URL[\s\S]*EAIO_SIGNING_KEY[\s\S]*EAIO_TLS_CERT/);
  const whole = {
    JWKS_URL: 'https://issuer.example/keys',
    EAIO_SIGNING_KEY: '{}',
    DATABASE_URL: 'postgres://h/db',
    REDIS_URL: 'redis://h',
    HOST: '0.0.0.0',
  };
  expect(refuse(whole)).toThrow(/EAIO_TRUSTED_PROXIES/);
  expect(refuse({ ...whole, EAIO_TRUSTED_PROXIES: '10.0.0.0/8' })).not.toThrow();
  expect(
    refuse({ ...whole, JWKS_URL: 'http://issuer.example/keys', EAIO_TRUSTED_PROXIES: '10.0.0.1' }),
  ).toThrow(/https/);
});

// Proves: hardening.tls
test('the edge serves by TLS when it has a certificate', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eaio-test-tls-'));
  made.defer(() => rm(folder, { recursive: true, force: true }));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  await using edge = await system.openEdge({ EAIO_TLS_CERT: cert, EAIO_TLS_KEY: key });
  const ca = await readFile(cert);
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  tlsRequest(`${edge.url.replace('http:', 'https:')}/health/live`, { ca, agent: false }, (response) => {
    expect(response.headers['strict-transport-security']).toContain('max-age');
    response.resume();
    response.once('end', () => resolve(response.statusCode));
  })
    .once('error', reject)
    .end();
  expect(await promise).toBe(200);
});

/** DDL takes no parameters: bounds of a partition, dates that are made from a month's number. */
const reviewed = new Set(['subgraphs/energy/storage/native.ts']);

/** What comes from outside, by the names that it has in this code. */
const outside = /\b(args|input|variables|principal|request|query|params|body|headers|claims|search|token)\b/;

// Proves: hardening.sql
test('no value is written into the text of a statement', async () => {
  const found: string[] = [];
  for await (const file of glob('{platform,subgraphs,connectors,router,mcp-adapter,cli}/**/*.ts')) {
    if (file.endsWith('.test.ts')) continue;
    const text = await readFile(file, 'utf8');
    for (const [literal] of text.matchAll(/`(?:\\.|[^`\\])*`/gs)) {
      if (
        !/^`\s*(select|insert|update|delete|create|alter|drop|copy|with|set|grant|revoke|truncate|lock)\s/i.test(
          literal,
        )
      )
        continue;
      if (/'\$\{/.test(literal) && !reviewed.has(file))
        found.push(`${file}: a value between quotes: ${literal.slice(0, 80)}`);
      for (const [, expression = ''] of literal.matchAll(/\$\{([^}]*)\}/g))
        if (outside.test(expression) && !/escape(Identifier|Literal)\(/.test(expression))
          found.push(`${file}: ${expression}`);
    }
  }
  expect(found).toEqual([]);
});
