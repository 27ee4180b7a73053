/**
 * A JSON value as short, indented text for a model: no quotes, no braces, nothing that is null or empty, numbers to
 * four significant digits, a list of like objects as one line each.
 */
export function compactText(value: unknown): string {
  return lines(value, 0).join('\n');
}

function lines(value: unknown, depth: number): readonly string[] {
  if (!isObject(value)) return [scalar(value)];
  const pad = '  '.repeat(depth);
  return Object.entries(value).flatMap(([key, inner]) => {
    if (isEmpty(inner)) return [];
    if (Array.isArray(inner)) return [`${pad}${key}:`, ...inner.map((item) => `${pad}  - ${inline(item)}`)];
    const flat = unwrapped(inner);
    if (isObject(flat)) {
      const short = inline(flat);
      return short.length <= 100 ? [`${pad}${key}: ${short}`] : [`${pad}${key}:`, ...lines(flat, depth + 1)];
    }
    if (Array.isArray(flat)) return [`${pad}${key}:`, ...flat.map((item) => `${pad}  - ${inline(item)}`)];
    return [`${pad}${key}: ${scalar(flat)}`];
  });
}

/** A connection is its nodes. */
function unwrapped(value: unknown): unknown {
  return isObject(value) && Array.isArray(value['nodes']) ? value['nodes'] : value;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return value.map(inline).join(', ');
  if (!isObject(value)) return scalar(value);
  return Object.entries(value)
    .filter(([, inner]) => !isEmpty(inner))
    .map(([key, inner]) => {
      const flat = unwrapped(inner);
      return isObject(flat) || Array.isArray(flat) ? `${key} (${inline(flat)})` : `${key} ${scalar(flat)}`;
    })
    .join(', ');
}

function scalar(value: unknown): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(4)));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isEmpty);
}
