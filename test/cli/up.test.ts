import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { WebSocket } from 'ws';
import { processGone } from '../../platform/lifecycle/processes.ts';
import { alive, eaio, eaioDone, processesOf, root, type System, up, useFolders } from './eaio.ts';

const newFolder = useFolders();
/** Starts of a whole system, on machines that do other things as well. */
const longMs = 120_000;

const ask = (url: string, token: string, body: string) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  });

/** A WebSocket that has been let in. */
async function openSocket({ url, token }: System): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  const acknowledged = once(socket, 'message');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  expect(JSON.parse(String((await acknowledged)[0]))).toMatchObject({ type: 'connection_ack' });
  return socket;
}

describe('a system that was started', () => {
  let folder: string;
  let system: System;
  let printedQuery: string;

  beforeAll(async () => {
    folder = await newFolder();
    system = await up(folder);
    printedQuery = /-d '(\{"extensions".*\})'/.exec(system.output())?.[1] ?? '';
  }, longMs);

  // Proves: start.what-it-prints-works
  test('answers the query that it prints with the token that it prints, and is healthy', async () => {
    const answer = await ask(system.url, system.token, printedQuery);
    expect(await answer.json()).toMatchObject({ data: { portfolio: { siteCount: 2, buildingCount: 2 } } });
    expect(await (await fetch(`${system.url}/health/ready`)).json()).toMatchObject({ status: 'ok' });
  });

  // Proves: start.what-it-prints-works
  test('streams by the request that it prints', async () => {
    const [, body = ''] = /text\/event-stream' -d '(.*)'/.exec(system.output()) ?? [];
    const stop = new AbortController();
    const answer = await fetch(`${system.url}/graphql/stream`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${system.token}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body,
      signal: stop.signal,
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    const meters = await ask(system.url, system.token, '{"query":"{ meters(first: 1) { nodes { id } } }"}');
    const { data } = (await meters.json()) as { data: { meters: { nodes: [{ id: string }] } } };
    const reading = { meterId: data.meters.nodes[0].id, time: '2010-01-01T00:00:00Z', value: 7 };
    await fetch(`${system.url}/ingest/v1/readings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${system.token}`, 'content-type': 'application/json' },
      body: JSON.stringify([reading]),
    });
    let said = '';
    while (!said.includes(reading.meterId)) {
      const chunk = await reader?.read();
      if (chunk?.done !== false) throw new Error(`The stream ended with: ${said}`);
      said += chunk.value;
    }
    expect(said).toContain('"readingAdded"');
    stop.abort();
  });

  // Proves: start.what-it-prints-works
  test('serves an MCP client by the configuration that it prints', async () => {
    const [printed = ''] = /\{"mcpServers":.*\}/.exec(system.output()) ?? [];
    const { url, headers } = JSON.parse(printed).mcpServers.eaio;
    const client = new Client({ name: 'any', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
    try {
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain('PortfolioSummary');
    } finally {
      await client.close();
    }
  });

  // Proves: identity.token-command
  test('takes the tokens of `eaio token`, and no others', async () => {
    const token = (await eaioDone(['token', '--role', 'viewer', '--data-dir', folder])).output.trim();
    expect((await ask(system.url, token, printedQuery)).status).toBe(200);
    expect((await ask(system.url, `${token}x`, printedQuery)).status).toBe(401);
  });

  // Proves: mcp.stdio
  test('serves a desktop client over standard input and output, with the rights that it is given', async () => {
    const args = ['cli/eaio.ts', 'mcp', '--stdio', '--data-dir', folder, '--buildings', 'none'];
    const client = new Client({ name: 'desktop', version: '1' });
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args, cwd: root, stderr: 'ignore' }),
    );
    try {
      const called = await client.callTool({ name: 'PortfolioSummary', arguments: {} });
      expect(called.structuredContent).toMatchObject({ data: { portfolio: { buildingCount: 0 } } });
    } finally {
      await client.close();
    }
  });

  // Proves: start.one-a-folder
  test('refuses a second start on its folder in a sentence', async () => {
    expect(await eaioDone(['up', '--port', '0', '--data-dir', folder])).toEqual({
      code: 1,
      output: `EAIO already runs on this data folder (process ${system.pid}, ${system.url}): stop it first, or give this one its own with --data-dir DIR.\n`,
    });
  });

  // Proves: roles.come-back
  test.each(['edge', 'postgres', 'redis'])('goes on when its %s process is killed', async (name) => {
    const before = processesOf(folder)[name] ?? 0;
    const said = system.output().length;
    process.kill(before, 'SIGKILL');
    await system.prints(/serves again|is back/, said);
    const answer = await ask(system.url, system.token, printedQuery);
    expect(answer.status).toBe(200);
    expect(processesOf(folder)[name]).not.toBe(before);
  });

  // Proves: stop.leaves-nothing-running
  test('stops on SIGTERM in the opposite order, and leaves nothing running', async () => {
    const processes = processesOf(folder);
    expect(alive(processes)).toEqual(['supervisor', 'postgres', 'redis', 'workers', 'edge']);
    const socket = await openSocket(system);
    const closed = once(socket, 'close');
    system.kill('SIGTERM');
    // Going away: the client is to come back elsewhere.
    expect((await closed)[0]).toBe(1001);
    expect(await system.ended).toEqual({ code: 0, signal: null });
    expect(system.output()).toMatch(
      /Stopping\.\n.*Edge drained.*\n.*Workers drained.*\n.*(Redis|PostgreSQL) stopped.*\n.*(Redis|PostgreSQL) stopped/,
    );
    expect(alive(processes)).toEqual([]);
    expect(existsSync(join(folder, 'run.json'))).toBe(false);
  });
});

// Proves: stop.kill-9, start.next-start-reuses
test(
  'killed without mercy a system leaves nothing that blocks the next start, which loads nothing again',
  async () => {
    const folder = await newFolder();
    const system = await up(folder);
    const processes = processesOf(folder);
    system.kill('SIGKILL');
    await system.ended;

    const next = await up(folder);
    expect(next.output()).toContain('loaded by an earlier start');
    expect(alive(processes)).toEqual([]);
    next.kill('SIGINT');
    expect(await next.ended).toEqual({ code: 0, signal: null });
  },
  longMs,
);

// Proves: start.half-finished
test(
  'a start goes on by itself where earlier ones were killed while they made the database, and while they loaded',
  async () => {
    const folder = await newFolder();
    const first = eaio(['up', '--port', '0', '--data-dir', folder]);
    // Redis is up at once, and PostgreSQL is still being made.
    await first.prints(/✓ Redis/);
    first.kill('SIGKILL');
    await first.ended;

    const second = eaio(['up', '--port', '0', '--data-dir', folder], { EAIO_BUILDINGS: '8' });
    await second.prints(/✓ Synthetic portfolio/);
    second.kill('SIGKILL');
    await second.ended;

    const third = await up(folder, [], { EAIO_BUILDINGS: '8' });
    expect(third.output()).toMatch(/✓ History of two years: [\d,]+ readings/);
    const processes = processesOf(folder, 'synthetic_8_seed_1');
    third.kill('SIGTERM');
    await third.ended;
    await Promise.all(Object.values(processes).map((pid) => processGone(pid, 5_000)));
    expect(alive(processes)).toEqual([]);
  },
  longMs,
);
