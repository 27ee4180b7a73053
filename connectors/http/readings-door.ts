import type { Principal } from '../../platform/identity/principal.ts';

/** One reading as somebody sent it: nothing in it is trusted, the door checks each field. */
export interface ReadingItem {
  readonly meterId: unknown;
  /** Start of the interval, RFC 3339 with offset. */
  readonly time: unknown;
  readonly value: unknown;
  /** The meter's own when left out. */
  readonly intervalSeconds?: unknown;
}

/** Why an item was refused, and how to mend it. */
export interface ItemError {
  readonly code: string;
  readonly message: string;
}

/** What became of one item. */
export interface ItemResult {
  /** Place in the list handed over, from 0. */
  readonly index: number;
  readonly status: 'ACCEPTED' | 'STORED' | 'UNCHANGED' | 'REJECTED';
  readonly error: ItemError | null;
}

export interface ItemsResult {
  /** Safe, but not stored yet. */
  readonly accepted: number;
  /** New or changed. */
  readonly stored: number;
  /** Already known with the same value. */
  readonly unchanged: number;
  readonly rejected: number;
  /** One for each item, in the order given. */
  readonly results: readonly ItemResult[];
}

/** Where readings go: energy's ingestion is one. Storing a reading twice changes nothing. */
export interface ReadingsDoor {
  /** Takes 1 to 10,000 items; the answer may wait so long for them to be stored. Rejects only when none can be taken now: a faulty item is a result. */
  ingest(
    principal: Principal,
    items: readonly ReadingItem[],
    options?: { readonly waitMs?: number | undefined },
  ): Promise<ItemsResult>;
}

/** What is wrong with something that is no reading at all; the door never sees it. */
export const malformed = (message: string): ItemError => ({ code: 'MALFORMED', message });

/** A parsed value as an item, or undefined when it is no JSON object. */
export function toItem(value: unknown): ReadingItem | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { meterId, time, value: amount, intervalSeconds }: Partial<Record<string, unknown>> = { ...value };
  return { meterId, time, value: amount, intervalSeconds };
}
