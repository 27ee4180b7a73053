type Schema = Readonly<Record<string, unknown>>;

/**
 * Where a newer JSON Schema might refuse what the older one let through; empty when it accepts all of it. Careful rather than
 * clever: what it can't compare must be equal. It knows objects, arrays, enums, bounds and types; for anything else that
 * changes a topic declares an upcaster.
 */
export function narrowings(older: unknown, newer: unknown, at = 'data'): readonly string[] {
  if (same(older, newer) || newer === true) return [];
  if (!isSchema(older) || !isSchema(newer)) return [`${at} can not be compared`];
  const faults: string[] = [];
  const [wasRequired, required] = [texts(older['required']), texts(newer['required'])];
  for (const name of required) if (!wasRequired.includes(name)) faults.push(`${at}/${name} is required now`);
  const [had, has] = [properties(older), properties(newer)];
  for (const [name, schema] of Object.entries(had)) {
    const now = has[name];
    if (now !== undefined) faults.push(...narrowings(schema, now, `${at}/${name}`));
    else if (newer['additionalProperties'] === false) faults.push(`${at}/${name} is not allowed any more`);
  }
  const [othersBefore = true, othersNow = true] = [older['additionalProperties'], newer['additionalProperties']];
  if (othersNow !== true && !same(othersBefore, othersNow)) faults.push(`${at} takes fewer other properties`);
  if ('items' in newer) faults.push(...narrowings(older['items'] ?? true, newer['items'], `${at}/*`));
  if ('type' in newer && !texts(older['type']).every((type) => allows(texts(newer['type']), type))) {
    faults.push(`${at} has another type`);
  }
  if ('type' in newer && !('type' in older)) faults.push(`${at} has a type now`);
  if ('enum' in newer) {
    const values = list(newer['enum']);
    const before = 'enum' in older ? list(older['enum']) : undefined;
    if (before === undefined || !before.every((one) => values.some((other) => same(one, other)))) {
      faults.push(`${at} takes fewer values`);
    }
  }
  for (const [name, sign] of bounds) {
    const [before, now] = [older[name], newer[name]];
    if (typeof now !== 'number') continue;
    if (typeof before !== 'number' || sign * (now - before) > 0) faults.push(`${at} has a narrower ${name}`);
  }
  for (const [name, now] of Object.entries(newer)) {
    if (!known.has(name) && !same(older[name], now)) faults.push(`${at} has another ${name}`);
  }
  return faults;
}

/** With 1 a larger bound lets less through, with -1 a smaller one. */
const bounds = [
  ...(['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const).map(
    (name) => [name, 1] as const,
  ),
  ...(['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const).map(
    (name) => [name, -1] as const,
  ),
];
const known = new Set([
  ...bounds.map(([name]) => name),
  ...['required', 'properties', 'additionalProperties', 'items', 'type', 'enum'],
  ...['$schema', '$id', '$comment', 'title', 'description', 'examples', 'default', 'deprecated'],
]);

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const texts = (value: unknown): readonly string[] =>
  (typeof value === 'string' ? [value] : list(value)).filter((one) => typeof one === 'string');
const properties = (schema: Schema): Schema => (isSchema(schema['properties']) ? schema['properties'] : {});
const allows = (types: readonly string[], type: string): boolean =>
  types.includes(type) || (type === 'integer' && types.includes('number'));
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
