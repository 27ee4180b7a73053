import { createTestSystem, type TestSystem } from '../kit/edge.ts';
import { take, until, within } from '../kit/wait.ts';
import { connectModern, connectOlder } from './clients.ts';
import { type ListenStream, listen } from './listen.ts';
import { knownIds } from './world.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await createTestSystem();
}, 90_000);
afterAll(() => system?.[Symbol.asyncDispose]());

const contentOf = (read: unknown) =>
  (read as { contents: readonly { text: string; mimeType: string; _meta?: Record<string, unknown> }[] })
    .contents[0];

describe('contexts', () => {
  // Proves: mcp.contexts
  test('a building and a site are described in at most 600 tokens', async () => {
    await using client = await connectModern({ url: system.url, token: await system.tokenFor('viewer') });
    for (const { id, siteId } of system.portfolio.buildings)
      for (const uri of [`eaio://building/${id}`, `eaio://site/${siteId}`]) {
        const content = contentOf(await client.readResource({ uri }));
        expect(content?.mimeType).toBe('text/plain');
        expect(content?.text).toContain('last30Days');
        // Numbers and short words: about 3.5 characters a token.
        expect((content?.text.length ?? 0) / 3.5).toBeLessThanOrEqual(600);
      }
  });

  test('what does not exist and what the caller may not see look the same', async () => {
    const [mine, other] = system.portfolio.buildings;
    const token = await system.tokenFor('viewer', { buildings: [mine?.id ?? ''] });
    await using client = await connectModern({ url: system.url, token });
    await expect(client.readResource({ uri: `eaio://building/${mine?.id}` })).resolves.toBeDefined();
    const refusals = await Promise.all(
      [`eaio://building/${other?.id}`, 'eaio://building/Nowhere', 'eaio://nothing/at/all'].map((uri) =>
        client.readResource({ uri }).then(
          () => 'read',
          (error: { code?: number; message: string }) => [error.code, error.message.replace(uri, 'URI')],
        ),
      ),
    );
    expect(new Set(refusals.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(JSON.stringify(refusals[0])).toContain('not found');
  });

  // Proves: mcp.completion
  test('templates complete within what the caller may see', async () => {
    const [mine] = system.portfolio.buildings;
    const complete = async (token: string) => {
      await using client = await connectOlder({ url: system.url, token });
      const { resourceTemplates } = await client.listResourceTemplates();
      expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
        'eaio://building/{buildingId}',
        'eaio://site/{siteId}',
        'eaio://live/DataQualityFell{?buildingIds}',
        'eaio://live/EnergyPulse{?buildingId,type}',
        'eaio://live/ReadingAdded{?buildingIds,meterTypes}',
      ]);
      const { completion } = await client.complete({
        ref: { type: 'ref/resource', uri: 'eaio://building/{buildingId}' },
        argument: { name: 'buildingId', value: 'a' },
      });
      return completion.values;
    };
    expect((await complete(await system.tokenFor('viewer'))).length).toBeGreaterThan(1);
    const own = await system.tokenFor('viewer', { buildings: [mine?.id ?? ''] });
    expect(await complete(own)).toEqual([mine?.id]);
  });

  // Proves: mcp.prompts
  test('prompts are offered with their arguments completed, and say what is missing', async () => {
    await using client = await connectModern({ url: system.url, token: await system.tokenFor('viewer') });
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual([
      'compare_buildings',
      'daily_operator_brief',
      'data_quality_check',
      'explain_anomaly',
      'investigate_high_use',
      'monthly_report',
    ]);
    const { tools } = await client.listTools();
    const toolNames = new Set(tools.map(({ name }) => name));
    for (const { name, arguments: declared } of prompts) {
      const given = Object.fromEntries((declared ?? []).map((one) => [one.name, `given-${one.name}`]));
      const { messages } = await client.getPrompt({ name, arguments: given });
      const text = JSON.stringify(messages);
      for (const one of declared ?? []) expect(text).toContain(`given-${one.name}`);
      for (const [tool] of text.matchAll(
        /\b(?:Building|Find|Compare|Top|Night|Meter|Portfolio|Site|Data)[A-Z][A-Za-z]+/g,
      ))
        expect(toolNames).toContain(tool);
    }
    await expect(client.getPrompt({ name: 'explain_anomaly', arguments: { colour: 'red' } })).rejects.toThrow(
      /buildingId is required.*date is required.*colour is unknown/s,
    );
    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'compare_buildings' },
      argument: { name: 'primaryUse', value: 'off' },
    });
    expect(completion.values).toEqual(['OFFICE']);
    await expect(client.getPrompt({ name: 'none' })).rejects.toThrow(/There is no prompt none/);
  });
});

describe('live resources', () => {
  let hour = 0;
  /** One more hour of every electricity meter of the building. */
  const store = async (value = 5) => {
    hour += 1;
    const { meterId } = knownIds(system);
    const time = new Date(system.lastHourMs + hour * 3_600_000).toISOString();
    const token = await system.tokenFor('integrator');
    await using client = await connectModern({ url: system.url, token });
    const result = await client.callTool({
      name: 'IngestReadings',
      arguments: { readings: [{ meterId, time, value }] },
    });
    expect(result.structuredContent).toMatchObject({ data: { ingestReadings: { stored: 1 } } });
    return time;
  };
  const updatesOf = (stream: ListenStream) =>
    (async function* () {
      for await (const message of stream)
        if (message.method === 'notifications/resources/updated') yield message;
    })();

  test('a read gives the newest state', async () => {
    await using client = await connectOlder({ url: system.url, token: await system.tokenFor('viewer') });
    const { buildingId } = knownIds(system);
    const content = contentOf(
      await client.readResource({ uri: `eaio://live/EnergyPulse?buildingId=${buildingId}` }),
    );
    expect(content?.mimeType).toBe('application/json');
    expect(JSON.parse(content?.text ?? '')).toMatchObject({
      energyPulse: { building: { id: buildingId }, type: 'ELECTRICITY' },
    });
  });

  // Proves: mcp.live-resources
  test('who listens is told of changes, and reads the newest with its cursor', async () => {
    const { buildingId } = knownIds(system);
    const uri = `eaio://live/ReadingAdded?buildingIds=${buildingId}`;
    const token = await system.tokenFor('viewer');
    await using stream = await listen(system.url, token, { resourceSubscriptions: [uri] });
    await using client = await connectModern({ url: system.url, token });
    const updates = updatesOf(stream);
    await until(() => system.reached.some(({ query }) => query.includes('readingAdded')), {
      what: 'the stream',
    });
    const time = await store(42);
    const [update] = await take(updates, 1, { what: 'a notice' });
    expect(update?.params).toMatchObject({ uri });
    const content = contentOf(await client.readResource({ uri }));
    expect(JSON.parse(content?.text ?? '')).toMatchObject({ readingAdded: { time, value: 42 } });
    expect(content?._meta).toEqual({ cursor: expect.any(String) });
  });

  test('many changes at once are one notice', async () => {
    const { buildingId } = knownIds(system);
    const uri = `eaio://live/ReadingAdded?buildingIds=${buildingId}`;
    const token = await system.tokenFor('viewer', { subject: 'coalesce' });
    await using stream = await listen(system.url, token, { resourceSubscriptions: [uri] });
    const notices: unknown[] = [];
    void (async () => {
      for await (const one of updatesOf(stream)) notices.push(one);
    })();
    for (let count = 0; count < 10; count += 1) await store();
    await until(() => notices.length >= 1, { what: 'a notice' });
    expect(notices.length).toBeLessThan(5);
  });

  // Proves: mcp.live-resources
  test('nobody is told of a change in a building that the caller may not see', async () => {
    const [, other] = system.portfolio.buildings;
    const uri = 'eaio://live/ReadingAdded';
    const blind = await system.tokenFor('viewer', { buildings: [other?.id ?? ''] });
    await using blindStream = await listen(system.url, blind, { resourceSubscriptions: [uri] });
    await using stream = await listen(system.url, await system.tokenFor('viewer'), {
      resourceSubscriptions: [uri],
    });
    const seen: unknown[] = [];
    void (async () => {
      for await (const one of updatesOf(blindStream)) seen.push(one);
    })();
    await until(() => system.reached.filter(({ query }) => query.includes('readingAdded')).length >= 2, {
      what: 'both streams',
    });
    await store();
    await take(updatesOf(stream), 1, { what: 'the notice of who may see it' });
    expect(seen).toEqual([]);
  });

  test('a stream of the graph is left when the last listener is gone', async () => {
    const { buildingId } = knownIds(system);
    const token = await system.tokenFor('viewer', { buildings: [buildingId] });
    const uri = `eaio://live/EnergyPulse?buildingId=${buildingId}`;
    const before = system.reached.length;
    {
      await using _stream = await listen(system.url, token, { resourceSubscriptions: [uri] });
      await until(() => system.reached.slice(before).some(({ query }) => query.includes('energyPulse')), {
        what: 'the stream of the graph',
      });
    }
    const opened = system.reached.slice(before).find(({ query }) => query.includes('energyPulse'));
    await until(() => opened?.isOver, { what: 'the subgraph to be left' });
  });

  test('a URI that does not fit is refused with what is wrong, and no stream opens', async () => {
    const token = await system.tokenFor('viewer');
    for (const [uri, why] of [
      ['eaio://live/EnergyPulse', /buildingId: is required/],
      ['eaio://live/EnergyPulse?buildingId=a&type=LIGHT', /type: "LIGHT" is not allowed/],
      ['eaio://live/Unknown', /not found/],
    ] as const)
      await expect(listen(system.url, token, { resourceSubscriptions: [uri] })).rejects.toThrow(why);
  });

  // Proves: mcp.token-ends
  test('a stream ends with its token, and those whose tokens live are told on', async () => {
    const { buildingId } = knownIds(system);
    const uri = `eaio://live/ReadingAdded?buildingIds=${buildingId}`;
    const grant = { buildings: [buildingId] };
    await using brief = await listen(
      system.url,
      await system.tokenFor('viewer', { ...grant, ttlMs: 2_500 }),
      { resourceSubscriptions: [uri] },
    );
    await using long = await listen(system.url, await system.tokenFor('viewer', grant), {
      resourceSubscriptions: [uri],
    });
    const last = await within(brief.last, { what: 'the end of the brief one' });
    expect(last?.result).toBeUndefined();
    const updates = updatesOf(long);
    const notice = take(updates, 1, { what: 'a notice' });
    await store(77);
    await notice;
  });

  test('a drain ends the streams with a result', async () => {
    const edge = await system.openEdge();
    const token = await system.tokenFor('viewer');
    await using stream = await listen(edge.url, token, { toolsListChanged: true });
    const closing = edge.close();
    const last = await within(stream.last, { what: 'the end of the stream' });
    expect(last).toMatchObject({ id: stream.id, result: { resultType: 'complete' } });
    await closing;
  });
});
