import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEventSchemas } from './event-schemas.ts';
import { parseEventType } from './event-type.ts';
import { comparePositions, isPosition, positionTime, previousPosition } from './position.ts';

const reading = {
  meterId: 'Fox_office_Joy:electricity',
  buildingId: 'Fox_office_Joy',
  type: 'ELECTRICITY',
  time: '2017-06-01T06:00:00Z',
  intervalSeconds: 3600,
  value: 12.5,
  quality: 'GOOD',
};
const stored = (...readings: unknown[]) => ({
  type: 'eaio.energy.readings-stored.v1',
  source: '/subgraphs/energy',
  data: { readings },
});

describe("this project's event schemas", () => {
  const schemas = loadEventSchemas();

  test('take what energy announces', () => {
    expect(() =>
      schemas.check(stored(reading, { ...reading, value: 0, time: '2017-06-01T08:00:00.5+02:00' })),
    ).not.toThrow();
  });

  test.each([
    ['no readings', stored(), 'data/readings must NOT have fewer than 1 items'],
    ['a negative value', stored({ ...reading, value: -1 }), 'data/readings/0/value must be >= 0'],
    ['a time without offset', stored({ ...reading, time: '2017-06-01T06:00:00' }), 'data/readings/0/time'],
    ['a day that is none', stored({ ...reading, time: '2017-13-01T06:00:00Z' }), 'data/readings/0/time'],
    ['another type of meter', stored({ ...reading, type: 'DIESEL' }), 'data/readings/0/type'],
    ['a member too many', stored({ ...reading, unit: 'kWh' }), 'additional'],
    ['a member too few', stored({ ...reading, quality: undefined }), "'quality'"],
  ])('refuse %s, saying where', (_, event, words) => {
    expect(() => schemas.check(event)).toThrow(words);
  });
});

describe('a folder of schemas', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eaio-schemas-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const load = (topic: string, file: string, text: string) => {
    const path = join(folder, `${topic}-${file}`);
    mkdirSync(join(path, topic), { recursive: true });
    writeFileSync(join(path, topic, file), text);
    return () => loadEventSchemas(path);
  };

  test.each([
    ['a file of another name', load('test.ticked', 'first.json', '{}'), 'first.json: a schema is named'],
    ['text that is no JSON', load('test.ticked', 'v1.json', '{'), 'v1.json is no JSON Schema'],
    [
      'what is no schema',
      load('test.ticked', 'v2.json', '{"type":"number","minimum":"x"}'),
      'v2.json is no JSON Schema',
    ],
  ])('with %s does not load, naming it', (_, loading, words) => {
    expect(loading).toThrow(words);
  });
});

describe('names and places', () => {
  test.each([
    ['eaio.energy.readings-stored.v1', { topic: 'energy.readings-stored', version: 1 }],
    ['eaio.control.commands.approved.v12', { topic: 'control.commands.approved', version: 12 }],
    ['energy.readings-stored.v1', undefined],
    ['eaio.energy.v1', undefined],
    ['eaio.energy.readings-stored.v0', undefined],
    ['eaio.Energy.readings.v1', undefined],
  ])('%s is the type %j', (type, parsed) => {
    expect(parseEventType(type)).toEqual(parsed);
  });

  test('positions are ordered, have a time, and one just before', () => {
    expect(comparePositions('5-10', '5-9')).toBeGreaterThan(0);
    expect(comparePositions('4-10', '5-9')).toBeLessThan(0);
    expect(comparePositions('5-9', '5-9')).toBe(0);
    expect(positionTime('1700000000000-3')).toBe('2023-11-14T22:13:20.000Z');
    expect(previousPosition('5-10')).toBe('5-9');
    expect(previousPosition('5-0')).toBe('4-18446744073709551615');
    expect(previousPosition('0-0')).toBe('0-0');
    expect(isPosition('5-10')).toBe(true);
    expect(isPosition('5')).toBe(false);
  });
});
