import type { Limiter, Policy } from './types.ts';

/** `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10, section 3): what the policies are. */
export function policyField(policies: readonly Policy[]): string {
  return policies.map(({ name, points, windowS }) => `"${name}";q=${points};w=${windowS}`).join(', ');
}

/** `RateLimit` (section 4): what is left of one of them, and for how many seconds it must last. */
export function limitField({ policy, left }: Limiter, key: string): string | undefined {
  const known = left(key);
  return known && `"${policy.name}";r=${known.points};t=${known.seconds}`;
}
