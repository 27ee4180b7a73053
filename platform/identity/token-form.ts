/**
 * What a token must look like before a key is looked for: JWS compact form in canonical base64url, and a header that only names
 * algorithm and key. Lenient decoders give one token many spellings, and a header that brings its own key, address or
 * extension asks the checker to believe the sender (RFC 8725, sections 3.1 to 3.11).
 */

/** Longer than any honest token; keeps the memory of verified ones bounded. */
export const maxTokenLength = 8_192;

/** Entra ID sends `x5t` beside `kid`: thumbprints are names, not keys. */
const knownHeaders: ReadonlySet<string> = new Set(['alg', 'kid', 'typ', 'x5t', 'x5t#S256']);
/** An ID token or access token; not a logout, DPoP or set token of the same issuer. */
const knownTypes: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt']);

/** Why the token is none of ours, in words; null when its form is right. */
export function formFault(token: string): string | null {
  if (token.length > maxTokenLength) return `The token is longer than ${maxTokenLength} characters.`;
  const parts = token.split('.');
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature) return 'This is not a JWT.';
  if (!parts.every(isCanonical)) return 'This is not a JWT: a part of it is not strict base64url.';
  const head = readObject(header);
  if (head === null || readObject(payload) === null)
    return 'This is not a JWT: its header or payload is no JSON object, or names a member twice.';
  return headerFault(head);
}

function headerFault(header: Readonly<Record<string, unknown>>): string | null {
  const strange = Object.keys(header).find((name) => !knownHeaders.has(name));
  if (strange !== undefined)
    return `The token's header says "${strange.slice(0, 40)}", which is not allowed.`;
  const { kid, typ } = header;
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > 256))
    return "The token's key id (kid) is no short text.";
  if (typ !== undefined && (typeof typ !== 'string' || !knownTypes.has(typ.toLowerCase())))
    return "The token's type (typ) is none that is taken here.";
  return null;
}

/** Only the alphabet, no padding, and no bits set that decode to nothing. */
const isCanonical = (part: string): boolean =>
  /^[\w-]+$/.test(part) && Buffer.from(part, 'base64url').toString('base64url') === part;

function readObject(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(part, 'base64url'),
    );
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return namesTwice(text) ? null : (value as Record<string, unknown>);
  } catch {
    return null;
  }
}

/** JSON.parse takes the last of two members of one name, others take the first (RFC 7519, section 4). @param text valid JSON. */
function namesTwice(text: string): boolean {
  const open: (Set<string> | null)[] = [];
  for (const [token, name, follows] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (name !== undefined && follows !== undefined) {
      const key = String(JSON.parse(name));
      const names = open.at(-1);
      if (names?.has(key)) return true;
      names?.add(key);
    }
  }
  return false;
}
