/** Names under which secrets come. */
const secretName =
  /pass(word|phrase)|secret|token|authorization|credential|cookie|private|api_?key|signing_?key|^key$|^pin$/i;
/** What looks like one, whatever its name: a JWT or JWE, a bearer header, a key of ours, the password in a URL. */
const secretText =
  /\beyJ[\w-]{8,}\.[\w.-]+|\bbearer\s+\S+|\beaio_[\w-]{8,}|(?<=:\/\/[^/\s:@]*:)[^@/\s]+(?=@)/gi;

const maxText = 500;
const maxItems = 20;
const maxDepth = 6;

/**
 * What may be kept of arguments: secrets hidden by name and by look, long texts and lists cut, and nothing that PostgreSQL's
 * JSON refuses (NUL, half of a surrogate pair).
 */
export function masked(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskedText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return '(deeper than is kept)';
  if (Array.isArray(value)) {
    const kept: unknown[] = value.slice(0, maxItems).map((item) => masked(item, depth + 1));
    return value.length > maxItems ? [...kept, `(and ${value.length - maxItems} more)`] : kept;
  }
  const entries = Object.entries(value);
  const kept = entries
    .slice(0, maxItems)
    .map(([name, item]) => [maskedText(name), secretName.test(name) ? '(hidden)' : masked(item, depth + 1)]);
  if (entries.length > maxItems) kept.push(['(more)', entries.length - maxItems]);
  return Object.fromEntries(kept);
}

export function maskedText(text: string, maxLength = maxText): string {
  const whole = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return whole.toWellFormed().replaceAll('\0', '\ufffd').replace(secretText, '(hidden)');
}
