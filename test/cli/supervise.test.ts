import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSteps } from '../../cli/output/steps.ts';
import { Interrupted } from '../../cli/supervisor/stop-signal.ts';
import { supervise } from '../../cli/up/supervise.ts';
import { loadConfig } from '../../platform/config/load.ts';
import { createTestGround, type TestGround } from './ground.ts';
import { textSink } from './run-main.ts';

let ground: TestGround;
beforeAll(async () => {
  ground = await createTestGround();
});
afterAll(() => ground[Symbol.asyncDispose]());

/** A supervisor in this process, with real role processes. */
function begin(env: NodeJS.ProcessEnv = {}) {
  const sink = textSink();
  const stop = new AbortController();
  const settings = ground.env({ PORT: '0', ...env });
  const ended = supervise({
    config: loadConfig(settings),
    env: settings,
    steps: createSteps({ stream: sink }),
    stop: stop.signal,
  });
  ended.catch(() => undefined);
  const prints = async (words: string): Promise<void> => {
    while (!sink.text().includes(words))
      await Promise.race([new Promise((resolve) => setTimeout(resolve, 10)), ended]);
  };
  return { ended, prints, said: sink.text, stop: () => stop.abort(new Interrupted()) };
}

describe('a supervisor on a database that somebody else runs', () => {
  // Proves: edge.several-processes
  test('loads the portfolio once, shares the port among several edges, and stops all of them', async () => {
    const first = begin({ EAIO_EDGE_WORKERS: '2' });
    await first.prints('Ctrl-C stops everything.');
    const [, url = ''] = /GraphQL\s+(\S+)\/graphql/.exec(first.said()) ?? [];
    expect(first.said()).toMatch(/PostgreSQL answers \(DATABASE_URL\)[\s\S]*Edge \(2 processes\)/);
    const { children } = JSON.parse(await readFile(join(ground.folder, 'run.json'), 'utf8'));
    expect(children.map(({ name }: { name: string }) => name)).toEqual(['workers', 'edge-1', 'edge-2']);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    first.stop();
    await first.ended;
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();

    const second = begin({ EAIO_ROLES: 'edge,subgraph:portfolio', EAIO_BUILDINGS: '3' });
    await expect(second.ended).rejects.toThrow(
      'The database holds 2 synthetic buildings (seed 1), and this start asks for 3 synthetic buildings (seed 1)',
    );
  }, 120_000);

  test('stops a start that is told to stop half-way', async () => {
    const start = begin();
    await start.prints('Redis answers');
    start.stop();
    await start.ended;
    expect(start.said()).toContain('Stopping.');
    expect(start.said()).not.toContain('Ready in');
  }, 60_000);
});
