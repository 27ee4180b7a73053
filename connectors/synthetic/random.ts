/**
 * Randomness without state: every number is a hash of what it belongs to (seed, meter, hour), so any hour can be made
 * at any time, in any order and process, and is always the same.
 */

const { imul } = Math;

/** Mixes two 32-bit integers into one (murmur3's finaliser). */
export function mix(a: number, b: number): number {
  let hash = (a ^ imul(b, 0x9e3779b1)) | 0;
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** A text's hash under a seed (FNV-1a, mixed). */
export function hashText(seed: number, text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = imul(hash ^ text.charCodeAt(index), 0x01000193);
  return mix(hash, seed);
}

/** 0 (included) to 1 (excluded). */
export function uniform(hash: number): number {
  return (hash >>> 0) / 4_294_967_296;
}

const fourBytesDeviation = Math.sqrt((4 * (256 ** 2 - 1)) / 12);

/** Nearly normal, mean 0, deviation 1, within -3.5 to 3.5: the sum of the hash's four bytes. One hash, no logarithm. */
export function normal(hash: number): number {
  const sum = (hash & 255) + ((hash >>> 8) & 255) + ((hash >>> 16) & 255) + (hash >>> 24);
  return (sum - 510) / fourBytesDeviation;
}

/** From `low` to `high`. */
export function between(hash: number, low: number, high: number): number {
  return low + uniform(hash) * (high - low);
}

/** Shares `seats` in proportion to `weights` by largest remainder; a tie goes to the earlier. */
export function apportion(seats: number, weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const quotas = weights.map((weight) => (seats * weight) / total);
  const shares = quotas.map(Math.floor);
  const left = seats - shares.reduce((sum, share) => sum + share, 0);
  const byRemainder = quotas
    .map((quota, index) => ({ index, remainder: quota - Math.floor(quota) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, left)) shares[index] = (shares[index] ?? 0) + 1;
  return shares;
}
