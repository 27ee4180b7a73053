import { storedReadings } from '../../../subgraphs/energy/live/topics.ts';
import { engines } from '../../kit/engines.ts';
import { principalFor } from '../../kit/token.ts';
import { take } from '../../kit/wait.ts';
import { computedRollups, keptRollups } from '../rollups.ts';
import { createEnergyWorld, type EnergyWorld, meterOf, office, seriesOf } from '../world.ts';

const building = 'Hill_office_Edited';
const other = 'Hill_office_Other';
const meter = meterOf(building);
const quarter = meterOf(building, { type: 'GAS', intervalSeconds: 900 });
const engineer = principalFor('energy_engineer', { subject: 'ann', buildings: [building] });

interface Edit {
  readonly id: string;
  readonly changed: number;
}

describe.each(engines())('editing on %s', (engine) => {
  let world: EnergyWorld;
  beforeEach(async () => {
    world = await createEnergyWorld({
      engine,
      buildings: [office(building, { timeZone: 'America/New_York' }), office(other)],
      meters: [meter, quarter, meterOf(other)],
      clock: () => Date.parse('2017-07-01T00:00:00Z'),
    });
    await world.load([
      seriesOf(meter, '2017-06-01T04:00:00Z', 72, (hour) => hour),
      seriesOf(quarter, '2017-06-01T04:00:00Z', 96, () => 2),
      seriesOf(meterOf(other), '2017-06-01T00:00:00Z', 24, () => 1),
    ]);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const edit = async (args: string, principal = engineer): Promise<Edit> =>
    (
      await world.ask<{ editReadings: Edit }>(
        `mutation { editReadings(meterId: "${meter.id}", reason: "why not", ${args}) { id operation factor by reason changed from to meter { id } } }`,
        { principal },
      )
    ).editReadings;
  const change = (operation: string, from: string, to: string, more = '') =>
    edit(
      `change: { operation: ${operation}, from: "2017-06-${from}:00:00Z", to: "2017-06-${to}:00:00Z" ${more} }`,
    );
  const undo = (id: string) =>
    world.ask(`mutation { undoEdit(id: "${id}", reason: "it was right") { undoneBy undoneReason } }`, {
      principal: engineer,
    });
  const total = async (): Promise<number | null> =>
    (
      await world.ask<{ meter: { series: { total: number | null } } }>(
        `{ meter(id: "${meter.id}") { series(range: { from: "2017-06-01", to: "2017-06-03" }, interval: DAY) { total } } }`,
      )
    ).meter.series.total;
  const rollupsHold = async () =>
    expect(await keptRollups(world.pool)).toEqual(await computedRollups(world.pool));
  const all = (71 * 72) / 2;

  // Proves: quality.edits-undone
  test('values, scaling and rejecting change sums, and undoing each brings back what was', async () => {
    const set = await edit(
      'values: [{ time: "2017-06-01T05:00:00Z", value: 101 }, { time: "2017-05-31T20:00:00Z", value: 7 }]',
    );
    expect(set).toMatchObject({ operation: 'SET', by: 'ann', changed: 2, meter: { id: meter.id } });
    expect(await total()).toBe(all + 100);
    await rollupsHold();
    const scaled = await change('SCALE', '01T05', '01T07', 'factor: 10');
    expect(scaled).toMatchObject({ factor: 10, changed: 2, from: '2017-06-01T05:00:00.000Z' });
    expect(await total()).toBe(all + 100 + 9 * 101 + 9 * 2);
    await rollupsHold();
    await undo(scaled.id);
    expect(await total()).toBe(all + 100);
    await undo(set.id);
    expect(await total()).toBe(all);
    await rollupsHold();

    const rejected = await change('REJECT', '02T04', '03T04');
    expect(rejected.changed).toBe(24);
    const { meter: found } = await world.ask<{ meter: { series: { points: readonly unknown[] } } }>(
      `{ meter(id: "${meter.id}") { series(range: { from: "2017-06-01", to: "2017-06-03" }, interval: DAY) { points { sum coverage } } } }`,
    );
    expect(found.series.points[1]).toEqual({ sum: null, coverage: 0 });
    await rollupsHold();
    await undo(rejected.id);
    expect(await total()).toBe(all);
    await rollupsHold();
    const { rows } = await world.pool.query<{ first: Date }>(
      `select first_reading_at as first from energy.meter where id = $1`,
      [meter.id],
    );
    expect(rows[0]?.first.toISOString()).toBe('2017-06-01T04:00:00.000Z');
  });

  test('restoring brings back what was measured, whatever was edited since', async () => {
    await change('SCALE', '01T05', '01T07', 'factor: 10');
    await change('SCALE', '01T06', '01T08', 'factor: 10');
    await change('REJECT', '01T07', '01T08');
    expect(await change('RESTORE', '01T00', '03T00')).toMatchObject({ changed: 3 });
    expect(await total()).toBe(all);
    await rollupsHold();
    expect(await change('RESTORE', '01T00', '03T00')).toMatchObject({ changed: 0 });
  });

  test('what was changed after an edit stays when it is undone', async () => {
    const first = await edit(
      'values: [{ time: "2017-06-01T05:00:00Z", value: 50 }, { time: "2017-06-01T06:00:00Z", value: 60 }]',
    );
    await world.ask(
      `mutation { ingestReadings(readings: [{ meterId: "${meter.id}", time: "2017-06-01T05:00:00Z", value: 55 }]) { stored } }`,
    );
    await undo(first.id);
    expect(await total()).toBe(all + 54);
    await rollupsHold();
  });

  // Proves: quality.history
  test('the history of a reading and of its day is in the graph', async () => {
    const { id } = await edit('values: [{ time: "2017-06-01T05:00:00Z", value: 50 }]');
    await undo(id);
    await change('SCALE', '01T05', '01T06', 'factor: 3');
    const { meter: found } = await world.ask<{ meter: Record<string, unknown> }>(
      `{ meter(id: "${meter.id}") {
        one: lineage(at: "2017-06-01T05:00:00Z") { readings byQuality { quality rule } origins { kind source readings } setAside { value quality rule reason by editReason } }
        day: lineage(at: "2017-06-01T12:00:00Z", interval: DAY) { from to readings origins { kind readings } }
        edits { operation reason undoneBy undoneReason }
      } }`,
    );
    expect(found).toEqual({
      one: {
        readings: 1,
        byQuality: [{ quality: 'GOOD', rule: 'edited' }],
        origins: [{ kind: 'edit', source: 'ann', readings: 1 }],
        setAside: [
          { value: 1, quality: 'GOOD', rule: null, reason: 'edited', by: 'ann', editReason: 'why not' },
          { value: 50, quality: 'GOOD', rule: 'edited', reason: 'undone', by: 'ann', editReason: null },
          { value: 1, quality: 'GOOD', rule: null, reason: 'edited', by: 'ann', editReason: 'why not' },
        ],
      },
      day: {
        from: '2017-06-01T04:00:00.000Z',
        to: '2017-06-02T04:00:00.000Z',
        readings: 24,
        origins: [
          { kind: 'bulk', readings: 23 },
          { kind: 'edit', readings: 1 },
        ],
      },
      edits: [
        { operation: 'SCALE', reason: 'why not', undoneBy: null, undoneReason: null },
        { operation: 'SET', reason: 'why not', undoneBy: 'ann', undoneReason: 'it was right' },
      ],
    });
  });

  test('whoever follows readings or keeps answers is told', async () => {
    const stop = new AbortController();
    const events = world.bus.follow(storedReadings, { after: '0-0', signal: stop.signal });
    await edit('values: [{ time: "2017-06-01T05:00:00Z", value: 50 }]');
    const [event] = await take(events, 1, { what: 'the event of the edit' });
    stop.abort();
    expect(event).toMatchObject({
      kind: 'event',
      event: { data: { readings: [{ meterId: meter.id, value: 50, quality: 'GOOD' }] } },
    });
    expect(event?.kind === 'event' && event.event.tags).toEqual(['energy', `energy:${building}`]);
  });

  test('refuses what can not be meant, what the caller may not see, and whoever lacks the scope', async () => {
    const codeOf = async (query: string, principal = engineer) =>
      (await world.run(`mutation { ${query} { id } }`, { principal })).errors?.[0];
    const values = 'values: [{ time: "2017-06-01T05:00:00Z", value: 50 }]';
    const range = 'from: "2017-06-01T05:00:00Z", to: "2017-06-01T06:00:00Z"';
    for (const [args, message] of [
      ['reason: " "', 'reason: say why the readings are changed'],
      [`reason: "x", ${values}, change: { operation: REJECT, ${range} }`, 'name one of them'],
      ['reason: "x"', 'name one of them'],
      ['reason: "x", values: []', 'values: 1 to 100000 are taken'],
      ['reason: "x", values: [{ time: "2017-06-01T05:00:00Z", value: -1 }]', 'is no reading'],
      ['reason: "x", values: [{ time: "2018-06-01T05:00:00Z", value: 1 }]', 'is not in the past'],
      [`reason: "x", change: { operation: SCALE, ${range} }`, 'factor: SCALE takes a factor'],
      [
        'reason: "x", change: { operation: REJECT, from: "2017-06-02T00:00:00Z", to: "2017-06-01T00:00:00Z" }',
        '`from` must be before',
      ],
    ] as const) {
      const withValues = args.includes('reason: " "') ? `${args}, ${values}` : args;
      const error = await codeOf(`editReadings(meterId: "${meter.id}", ${withValues})`);
      expect(error?.message).toContain(message);
      expect(error?.extensions?.['code']).toBe('BAD_USER_INPUT');
    }
    const theirs = `editReadings(meterId: "${other}:electricity", reason: "x", ${values})`;
    expect((await codeOf(theirs))?.extensions?.['code']).toBe('NOT_FOUND');
    expect((await codeOf(theirs, principalFor('viewer')))?.extensions?.['code']).toBe('FORBIDDEN');
    const { id } = await edit(values);
    const stranger = principalFor('energy_engineer', { buildings: [other] });
    expect((await codeOf(`undoEdit(id: "${id}", reason: "x")`, stranger))?.extensions?.['code']).toBe(
      'NOT_FOUND',
    );
    expect((await codeOf('undoEdit(id: "x", reason: "x")'))?.extensions?.['code']).toBe('NOT_FOUND');
    await undo(id);
    expect(await codeOf(`undoEdit(id: "${id}", reason: "x")`)).toBeUndefined();
    const restored = await change('SCALE', '01T05', '01T06', 'factor: 3').then(() =>
      change('RESTORE', '01T05', '01T06'),
    );
    expect((await codeOf(`undoEdit(id: "${restored.id}", reason: "x")`))?.message).toContain(
      'itself restored',
    );
  });
});
