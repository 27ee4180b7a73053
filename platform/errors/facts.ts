/**
 * What is known of whatever was thrown. By its shape, not by `instanceof`: an error may come from another realm
 * (a worker's VM context) and is none of our Error then.
 */

/** `ENOENT`, a SQLSTATE, ...; empty when there is none. */
export function codeOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : '';
}

/** Empty when it has none. */
export function nameOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'name' in thrown ? String(thrown.name) : '';
}

/** In words, never empty: a refused connection to a name with two addresses has a code only. */
export function messageOf(thrown: unknown): string {
  const message =
    typeof thrown === 'object' && thrown !== null && 'message' in thrown
      ? String(thrown.message)
      : String(thrown);
  return message || codeOf(thrown) || nameOf(thrown) || 'unknown error';
}
