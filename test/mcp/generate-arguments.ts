import type { JsonSchema } from '../../mcp-adapter/tools/json-schema.ts';
import type { KnownIds } from './world.ts';

/** A number from 0 to 1, excluded; the same sequence for the same seed (mulberry32). */
export type Random = () => number;

export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = <T>(items: readonly T[], random: Random): T => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
};

/** Arguments that fit a tool's input schema: its examples, its defaults, ids that exist, else what the type allows. */
export function validArguments(schema: JsonSchema, ids: KnownIds, random: Random): Record<string, unknown> {
  const required = new Set(schema.required);
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
      const isOptional = !required.has(name);
      // A cursor is nothing that can be made up.
      if (isOptional && (name === 'after' || random() < 0.3)) return [];
      return [[name, validValue(name, property, ids, random)]];
    }),
  );
}

function validValue(name: string, schema: JsonSchema, ids: KnownIds, random: Random): unknown {
  const known = { ...ids, siteIds: [ids.siteId], buildingIds: [ids.buildingId] };
  if (name in known) return known[name as keyof typeof known];
  if (schema.examples && schema.examples.length > 0) return pick(schema.examples, random);
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return pick(schema.enum, random);
  switch (schema.type) {
    case 'string':
      return schema.format === 'date-time' ? ids.time : schema.format === 'date' ? '2017-06-01' : 'a';
    case 'integer':
      return 3600;
    case 'number':
      return 1.5;
    case 'boolean':
      return true;
    case 'array':
      return [validValue('item', schema.items ?? {}, ids, random)];
    case 'object':
      return validArguments(schema, ids, random);
    default:
      return null;
  }
}

/** Arguments with one thing wrong, and the path that a useful error names. */
export interface InvalidArguments {
  readonly arguments: unknown;
  readonly path: string;
  readonly kind: string;
}

interface Place {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly replace: (value: unknown) => unknown;
}

/** Breaks valid arguments at one random place, in one of the ways in which models do. */
export function invalidArguments(
  schema: JsonSchema,
  valid: Record<string, unknown>,
  random: Random,
): InvalidArguments {
  const places = placesOf(schema, valid, '', (whole) => whole);
  const root = { path: '', schema, replace: (whole: unknown) => whole };
  const place = pick([root, ...places], random);
  const { path } = place;
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (place.schema.type === 'object') {
    const value = valueAt(valid, path) as Record<string, unknown>;
    const missing = (place.schema.required ?? []).filter((name) => name in value);
    if (missing.length > 0 && random() < 0.5) {
      const gone = pick(missing, random);
      const { [gone]: _gone, ...rest } = value;
      return { arguments: place.replace(rest), path: at(gone), kind: 'missing' };
    }
    const unknown = pick(['building', 'query', 'limit', 'startDate', '__proto', 'Period'], random);
    return { arguments: place.replace({ ...value, [unknown]: 1 }), path: at(unknown), kind: 'unknown' };
  }
  if (place.schema.enum) {
    const wrong = pick(['electric', 'LAST_90_DAYS', '', 'day', 7], random);
    return { arguments: place.replace(wrong), path, kind: 'enum' };
  }
  if (place.schema.format) {
    const wrong = pick(['yesterday', '2017-13-45', '01.06.2017', ''], random);
    return { arguments: place.replace(wrong), path, kind: 'format' };
  }
  const wrong = pick(
    [{ a: 1 }, [[]], 'many', 1.5, true, 2 ** 40].filter((value) => !fits(value, place.schema)),
    random,
  );
  return { arguments: place.replace(wrong), path, kind: 'type' };
}

function fits(value: unknown, { type }: JsonSchema): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31;
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'array':
      return Array.isArray(value);
    default:
      return typeof value === 'object';
  }
}

/** Every value inside the arguments, with how to put another in its place. */
function placesOf(
  schema: JsonSchema,
  value: unknown,
  path: string,
  replaceWhole: (value: unknown) => unknown,
): readonly Place[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const inner = schema.items ?? {};
      const replace = (one: unknown) => replaceWhole(value.with(index, one));
      const own = { path: `${path}[${index}]`, schema: inner, replace };
      return [own, ...placesOf(inner, item, own.path, replace)];
    });
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const inner = schema.properties?.[name] ?? {};
    const replace = (one: unknown) => replaceWhole({ ...value, [name]: one });
    const own = { path: path === '' ? name : `${path}.${name}`, schema: inner, replace };
    return [own, ...placesOf(inner, item, own.path, replace)];
  });
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split(/[.[\]]/)
    .filter((part) => part !== '')
    .reduce<unknown>((inner, part) => (inner as Record<string, unknown>)[part], value);
}
