import { createRemoteJWKSet, customFetch } from 'jose';

/** How long keys that were fetched are used before they are fetched again. */
const freshMs = 300_000;

export interface ProviderKeysOptions {
  readonly url: string;
  /** For so long after the provider's last answer its keys are still used; default an hour. */
  readonly outageMs?: number | undefined;
  readonly clock?: (() => number) | undefined;
}

/**
 * An identity provider's public keys: fetched when first needed, every five minutes while they are used, and when a token
 * names a key that is not among them (rotation; at most every 10 s, so that invented names can't make us a flood).
 * An outage of the provider is passed over with the keys of its last answer, for a bounded time; then nobody can tell
 * whether a key was withdrawn, and tokens are refused until it answers again.
 */
export function createProviderKeys({
  url,
  outageMs = 3_600_000,
  clock = Date.now,
}: ProviderKeysOptions): ReturnType<typeof createRemoteJWKSet> {
  let last: { readonly text: string; readonly atMs: number } | undefined;

  async function fetchKeys(address: string, options: RequestInit): Promise<Response> {
    try {
      const response = await fetch(address, options);
      if (response.status !== 200) throw new Error(`${address} answers ${response.status}.`);
      const text = await response.text();
      JSON.parse(text);
      last = { text, atMs: clock() };
    } catch (error) {
      // jose keeps what it got for `freshMs` more.
      if (last === undefined || clock() - last.atMs > Math.max(0, outageMs - freshMs)) throw error;
    }
    return new Response(last.text, { status: 200, headers: { 'content-type': 'application/json' } });
  }

  return createRemoteJWKSet(new URL(url), {
    timeoutDuration: 3_000,
    cooldownDuration: 10_000,
    cacheMaxAge: Math.min(freshMs, Math.max(1, outageMs)),
    [customFetch]: fetchKeys,
  });
}
