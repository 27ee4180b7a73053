import { LRUCache } from 'lru-cache';
import { parseUntrusted } from '../../platform/json/parse-untrusted.ts';
import { type GraphQLRequest, readBody } from './read-request.ts';

export type Body =
  | { readonly kind: 'one'; readonly request: GraphQLRequest }
  | { readonly kind: 'batch'; readonly requests: readonly unknown[] };

export interface BodyMemory {
  /** @throws EaioError BAD_REQUEST when the text is no GraphQL request. */
  read(text: unknown): Body;
}

/** Longer ones are mostly mutations, and come once. */
const maxTextLength = 4_096;

/**
 * Bodies by their text: clients of one dashboard send the same bytes again and again, and each text is read once. What comes
 * out can't be changed (frozen through and through), so that whoever works on it may remember what they found.
 */
export function createBodyMemory({
  maxBytes = 8 * 1_048_576,
}: {
  readonly maxBytes?: number;
} = {}): BodyMemory {
  // The parsed form weighs about five times its text.
  const known = new LRUCache<string, Body>({
    maxSize: maxBytes,
    sizeCalculation: (_body, text) => 6 * text.length + 300,
  });

  return {
    read(text) {
      if (typeof text !== 'string') return { kind: 'one', request: readBody(text) };
      if (text.length > maxTextLength) return parse(text);
      const remembered = known.get(text);
      if (remembered !== undefined) return remembered;
      const body = freeze(parse(text));
      known.set(text, body);
      return body;
    },
  };
}

function parse(text: string): Body {
  const body = parseUntrusted(text);
  return Array.isArray(body) ? { kind: 'batch', requests: body } : { kind: 'one', request: readBody(body) };
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
