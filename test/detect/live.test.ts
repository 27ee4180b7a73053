import { createSyntheticPortfolio, type InjectedFault } from '../../connectors/synthetic/portfolio.ts';
import type { Consumer } from '../../platform/bus/consume/types.ts';
import { systemPrincipal } from '../../platform/identity/access.ts';
import { createEnergyWorld, type EnergyWorld, meterOf, office, seriesOf } from '../energy/world.ts';
import { principalFor } from '../kit/token.ts';
import { until, within } from '../kit/wait.ts';
import { detectIn } from './ground.ts';

const hourMs = 3_600_000;
const building = 'Hill_office_Mine';
const other = 'Hill_office_Theirs';
const meter = meterOf(building);
const liveFrom = Date.parse('2017-07-03T00:00:00Z');

/** 10 at night, 20 by day, never quite the same. */
const usual = (timeMs: number): number => {
  const hour = timeMs / hourMs;
  return (hour % 24 >= 7 && hour % 24 < 19 ? 20 : 10) * (1 + 0.03 * Math.sin(hour * 12.9898));
};

interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly severity: string;
  readonly start: string;
  readonly end: string;
  readonly open: boolean;
  readonly expected: number | null;
  readonly actual: number | null;
  readonly acknowledgement: { readonly by: string; readonly note: string | null } | null;
}
const fields =
  'id kind severity start end open expected actual unit acknowledgement { by at note } meter { id type }';

describe('detection in the stream', () => {
  let world: EnergyWorld;
  let worker: Consumer;
  const clock = () => liveFrom + 60 * 24 * hourMs;
  beforeAll(async () => {
    world = await createEnergyWorld({
      ...{ buildings: [office(building), office(other)], meters: [meter, meterOf(other)], clock },
    });
    await world.load([seriesOf(meter, '2017-05-01T00:00:00Z', 63 * 24, (_, timeMs) => usual(timeMs))]);
    worker = await detectIn(world, clock);
  });
  afterAll(async () => {
    await worker[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const send = (from: number, values: readonly number[]) =>
    world.ingestion.ingest(
      systemPrincipal,
      values.map((value, index) => ({
        meterId: meter.id,
        time: new Date(liveFrom + (from + index) * hourMs),
        value,
      })),
    );
  const plain = (from: number, count: number) =>
    send(
      from,
      Array.from({ length: count }, (_, index) => usual(liveFrom + (from + index) * hourMs)),
    );
  const listed = async (filter = '', principal = principalFor('viewer')) =>
    (
      await world.building<{ anomalies: { nodes: readonly Listed[] } }>(
        building,
        `anomalies${filter} { nodes { ${fields} } }`,
        { principal },
      )
    ).anomalies.nodes;

  // Proves: detect.live
  test('a stuck meter is an anomaly while it is stuck, told to subscribers, and over when it is not', async () => {
    const stop = new AbortController();
    const changes = await world.subgraph.subscribe({
      query: `subscription { anomalyChanged { change anomaly { ${fields} } } }`,
      principal: principalFor('viewer', { buildings: [building] }),
      signal: stop.signal,
    });
    if (!(Symbol.asyncIterator in changes)) throw new Error('The subscription was refused.');
    const next = async () =>
      (await within(changes.next(), { what: 'an anomaly' })).value?.data?.['anomalyChanged'] as {
        readonly change: string;
        readonly anomaly: Listed;
      };
    const opened = next();
    await plain(0, 30);
    await send(
      30,
      Array.from({ length: 10 }, () => 17.25),
    );
    expect(await opened).toMatchObject({
      change: 'OPENED',
      anomaly: { kind: 'STUCK', start: new Date(liveFrom + 30 * hourMs).toISOString(), actual: 17.25 },
    });
    expect(await listed('(filter: { open: true })')).toMatchObject([{ kind: 'STUCK', open: true }]);
    const closed = next();
    await plain(40, 3);
    expect(await closed).toMatchObject({ change: 'CLOSED', anomaly: { kind: 'STUCK', open: false } });
    expect(await listed()).toMatchObject([
      { kind: 'STUCK', open: false, severity: 'MEDIUM', end: new Date(liveFrom + 40 * hourMs).toISOString() },
    ]);
    stop.abort();
  });

  // Proves: detect.acknowledge
  test('a person takes note of it, who may, and only of what may be seen', async () => {
    const [anomaly] = await listed();
    const mutation = `mutation { acknowledgeAnomaly(id: "${anomaly?.id}", note: "Replaced.") { ${fields} } }`;
    const refused = await world.run(mutation, { principal: principalFor('viewer') });
    expect(refused.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    const elsewhere = await world.run(mutation, {
      principal: principalFor('building_manager', { buildings: [other] }),
    });
    expect(elsewhere.errors?.[0]?.extensions['code']).toBe('NOT_FOUND');
    const manager = principalFor('building_manager', { buildings: [building] });
    await world.ask(mutation, { principal: manager });
    expect(await listed('(filter: { acknowledged: true })')).toMatchObject([
      { acknowledgement: { by: manager.subject, note: 'Replaced.' } },
    ]);
    expect(await listed('(filter: { acknowledged: false })')).toEqual([]);
    await expect(listed('', principalFor('viewer', { buildings: [other] }))).resolves.toEqual([]);
  });

  // Proves: vee.overrides
  test('rules of a meter are read, set with a reason, and refused with what is allowed', async () => {
    const engineer = principalFor('energy_engineer');
    const set = (rules: string, reason = 'Test stand.') =>
      world.run(
        `mutation { setMeterRules(meterId: "${meter.id}", reason: "${reason}", rules: ${rules}) { rule isOverridden } }`,
        { principal: engineer },
      );
    expect(
      (await set('[{ rule: "spike", limits: [{ name: "sigmas", values: [9] }] }]')).errors,
    ).toBeUndefined();
    const { meter: read } = await world.ask<{
      meter: {
        rules: readonly {
          rule: string;
          limits: readonly { name: string; values: number[] }[];
          isOverridden: boolean;
        }[];
      };
    }>(`{ meter(id: "${meter.id}") { rules { rule limits { name values } isOverridden } } }`);
    const spike = read.rules.find(({ rule }) => rule === 'spike');
    expect(spike?.isOverridden).toBe(true);
    expect(spike?.limits).toContainEqual({ name: 'sigmas', values: [9] });
    for (const [rules, message] of [
      ['[{ rule: "sparkle" }]', 'there is no rule "sparkle"'],
      ['[{ rule: "spike", limits: [{ name: "sigma", values: [9] }] }]', 'has no limit "sigma"'],
      ['[{ rule: "spike", limits: [{ name: "sigmas", values: [0] }] }]', 'one number above 0'],
      ['[{ rule: "gap", verdict: REJECTED }]', 'takes the verdicts OFF and GOOD'],
    ] as const) {
      const { errors } = await set(rules);
      expect(errors?.[0]?.message).toContain(message);
    }
    expect((await set('[]', ' ')).errors?.[0]?.message).toContain('say why');
  });

  // Proves: detect.survives
  test('another worker goes on where one has stopped: a gap that begins under one is told by the other', async () => {
    await plain(43, 5);
    await until(async () => (await waiting()) === 0, { what: 'the first worker to be done' });
    await worker[Symbol.asyncDispose]();
    worker = await detectIn(world, clock);
    await plain(60, 3);
    const gap = await until(async () => (await listed('(filter: { kinds: [GAP] })'))[0], { what: 'the gap' });
    expect(gap).toMatchObject({
      start: new Date(liveFrom + 48 * hourMs).toISOString(),
      end: new Date(liveFrom + 60 * hourMs).toISOString(),
      expected: null,
    });
  });

  /** Events that detection has yet to work through. */
  async function waiting(): Promise<number> {
    const head = await world.bus.head('energy.readings-stored');
    const { rows } = await world.pool.query<{ position: string }>(
      "select position from bus.position where group_name = 'detect' and lane = 'live'",
    );
    return rows.some(({ position }) => position === head) ? 0 : 1;
  }
});

// Proves: detect.synthetic
test("a synthetic portfolio's injected faults are found live", async () => {
  const from = Date.parse('2017-01-01T00:00:00Z');
  const to = Date.parse('2017-10-01T00:00:00Z');
  const portfolio = createSyntheticPortfolio({ seed: 7, buildings: 60 });
  const facts = new Map(portfolio.meters.map((one) => [one.facts.id, one]));
  const wanted = ['STUCK', 'ZERO_RUN', 'UNIT_JUMP', 'GAP', 'LEVEL_SHIFT'];
  const faults = portfolio
    .listFaults({ fromMs: from, toMs: to })
    .filter(
      ({ meterId, from: begin, to: end, kind }) =>
        wanted.includes(kind) &&
        facts.get(meterId)?.facts.type === 'ELECTRICITY' &&
        Date.parse(begin) > from + 60 * 24 * hourMs &&
        Date.parse(end) < to - 3 * 24 * hourMs,
    );
  const some = wanted.flatMap((kind) => faults.filter((fault) => fault.kind === kind).slice(0, 2));
  expect(new Set(some.map(({ kind }) => kind))).toEqual(new Set(wanted));
  const meters = [...new Set(some.map(({ meterId }) => meterId))].flatMap((id) => facts.get(id)?.facts ?? []);
  const homes = portfolio.buildings.filter(({ id }) => meters.some(({ buildingId }) => buildingId === id));
  const zones = new Map(portfolio.sites.map(({ id, timeZone }) => [id, timeZone]));

  await using world = await createEnergyWorld({
    buildings: homes.map(({ id, siteId }) => office(id, { siteId, timeZone: zones.get(siteId) ?? 'UTC' })),
    meters,
    clock: () => to,
  });
  await using _worker = await detectIn(world, () => to);
  for (const fault of some) await replayRound(fault);

  const { openAnomalies: __, ...found } = await until(
    async () => {
      const answer = await world.ask<
        Record<string, { anomalies: { nodes: readonly Listed[] } }> & { openAnomalies: unknown }
      >(
        `{ openAnomalies { nodes { id } } ${some.map(({ meterId }, index) => `f${index}: meter(id: "${meterId}") { anomalies(first: 500) { nodes { ${fields} } } }`).join(' ')} }`,
      );
      return (
        some.every((fault, index) => isFound(fault, answer[`f${index}`]?.anomalies.nodes ?? [])) && answer
      );
    },
    {
      what: `anomalies for ${some.map(({ kind, meterId, from: begin }) => `${kind} ${meterId} ${begin}`).join(', ')}`,
      deadlineMs: 60_000,
    },
  );
  expect(Object.keys(found)).toHaveLength(some.length);

  function isFound(fault: InjectedFault, anomalies: readonly Listed[]): boolean {
    return anomalies.some(
      ({ kind, start, end }) => kind === fault.kind && start < fault.to && end > fault.from,
    );
  }

  /** Seven weeks before a fault as history, then live until some days after it. */
  async function replayRound({ meterId, from: begin, to: end }: InjectedFault): Promise<void> {
    const one = facts.get(meterId);
    if (one === undefined) throw new Error(`There is no meter ${meterId}.`);
    const firstHour = Date.parse(begin) / hourMs - 7 * 7 * 24;
    const liveHour = Date.parse(begin) / hourMs - 48;
    const lastHour = Date.parse(end) / hourMs + 48;
    const read = (fromHour: number, toHour: number) => {
      const values = one.faults.reported(fromHour, toHour);
      return Array.from(values, (value, index) => ({ timeMs: (fromHour + index) * hourMs, value })).filter(
        ({ value }) => !Number.isNaN(value),
      );
    };
    const past = read(firstHour, liveHour);
    await world.load([
      {
        meterId,
        intervalSeconds: 3_600,
        timesMs: Float64Array.from(past, ({ timeMs }) => timeMs),
        values: Float64Array.from(past, ({ value }) => value),
      },
    ]);
    await world.ingestion.ingest(
      systemPrincipal,
      read(liveHour, lastHour).map(({ timeMs, value }) => ({ meterId, time: new Date(timeMs), value })),
    );
  }
}, 120_000);
