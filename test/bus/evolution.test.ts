import { readdirSync, readFileSync } from 'node:fs';
import { busTopics } from '../../cli/data/bus-topics.ts';
import { eventSchemaFolder } from '../../platform/bus/event-schemas.ts';
import { narrowings } from '../../platform/bus/evolution/narrowings.ts';

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

describe('a newer schema', () => {
  const older = object({ n: { type: 'integer', minimum: 0 }, use: { enum: ['a', 'b'] } }, { required: ['n'] });

  test.each([
    ['has a further property that may be left out', object({ ...older.properties, m: { type: 'string' } })],
    ['takes numbers where integers were', object({ ...older.properties, n: { type: 'number' } })],
    ['takes more values', object({ ...older.properties, use: { enum: ['a', 'b', 'c'] } })],
  ])('that %s accepts what was written', (_, newer) => {
    expect(narrowings(older, newer)).toEqual([]);
  });

  test.each([
    ['data/m is required now', { ...older, required: ['n', 'm'] }],
    ['data/n has another type', object({ n: { type: 'string' } })],
    ['data/n has a narrower minimum', object({ n: { type: 'integer', minimum: 1 } })],
    ['data/use takes fewer values', object({ use: { enum: ['a'] } })],
    ['data takes fewer other properties', { ...older, additionalProperties: false }],
    ['data/n has another format', object({ n: { type: 'integer', minimum: 0, format: 'date-time' } })],
  ])('does not when %s', (fault, newer) => {
    expect(narrowings(older, newer)).toContain(fault);
  });
});

// Proves: bus.evolution
test('every version of an event accepts what the one before wrote, or its topic has an upcaster', () => {
  const read = (topic: string, version: number): unknown =>
    JSON.parse(readFileSync(`${eventSchemaFolder}${topic}/v${version}.json`, 'utf8'));
  const faults = readdirSync(eventSchemaFolder).flatMap((topic) => {
    const newest = readdirSync(`${eventSchemaFolder}${topic}`).length;
    return Array.from({ length: newest - 1 }, (_, index) => index + 1).flatMap((version) =>
      busTopics[topic]?.upcasters[version] === undefined
        ? narrowings(read(topic, version), read(topic, version + 1)).map((fault) => `${topic} v${version + 1}: ${fault}`)
        : [],
    );
  });
  expect(faults).toEqual([]);
});
