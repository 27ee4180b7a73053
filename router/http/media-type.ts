/** The two forms of an answer that GraphQL over HTTP knows; they differ in status codes. */
export const graphqlResponse = 'application/graphql-response+json; charset=utf-8';
export const json = 'application/json; charset=utf-8';
export type MediaType = typeof graphqlResponse | typeof json;

/** Clients send one of very few texts: each is read once. */
const known = new Map<string, MediaType>();
const maxKnown = 1_000;

/**
 * What the client prefers. Absent, `*` or nothing that we can make means JSON: an answer in a form that was not asked for
 * says more than none (RFC 9110, section 12.5.1, leaves the choice).
 */
export function negotiate(accept: string | undefined): MediaType {
  if (accept === undefined) return json;
  const found = known.get(accept);
  if (found) return found;
  const chosen = choose(accept);
  if (known.size < maxKnown) known.set(accept, chosen);
  return chosen;
}

function choose(accept: string): MediaType {
  const weights = new Map(accept.split(',').map(readRange));
  const wildcard = weights.get('application/*') ?? weights.get('*/*') ?? 0;
  const asJson = weights.get('application/json') ?? wildcard;
  const asGraphql = weights.get('application/graphql-response+json') ?? 0;
  return asGraphql > 0 && asGraphql >= asJson ? graphqlResponse : json;
}

function readRange(range: string): readonly [string, number] {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  return [type, weight === undefined ? 1 : Number(weight.slice(2)) || 0];
}

/** Whether the client would rather have a page than JSON: a person at a browser. */
export const wantsPage = (accept: string | undefined): boolean => accept?.includes('text/html') ?? false;
