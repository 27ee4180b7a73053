import type { Consumer } from '../../platform/bus/consume/types.ts';
import { systemPrincipal } from '../../platform/identity/access.ts';
import { createEnergyWorld, type EnergyWorld, meterOf, office, seriesOf } from '../energy/world.ts';
import { principalFor } from '../kit/token.ts';
import { until } from '../kit/wait.ts';
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
  test('a stuck meter is an anomaly while it is stuck and over when it is not', async () => {
    await plain(0, 30);
    await send(
      30,
      Array.from({ length: 10 }, () => 17.25),
    );
    const open = () => listed('(filter: { open: true })');
    const [stuck] = await until(async () => (await open()).length > 0 && open(), { what: 'the anomaly' });
    expect(stuck).toMatchObject({
      ...{ kind: 'STUCK', open: true, start: new Date(liveFrom + 30 * hourMs).toISOString(), actual: 17.25 },
    });
    await plain(40, 3);
    await until(async () => (await open()).length === 0, { what: 'its end' });
    expect(await listed()).toMatchObject([
      { kind: 'STUCK', open: false, severity: 'MEDIUM', end: new Date(liveFrom + 40 * hourMs).toISOString() },
    ]);
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
