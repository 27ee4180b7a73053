import { GraphQLError } from 'graphql';
import { ownBytes } from '../../platform/cache/own-bytes.ts';
import type { Gap } from '../../platform/subgraph/types.ts';
import { type OnFault, showError } from '../answers.ts';
import type { EncodedEvent, RouterEvent } from '../types.ts';

/**
 * Encodes an event for all who get it. Errors leave as in every answer of the router; tags and the key stay inside.
 */
export function encodeEvent(event: RouterEvent, atMs: number, onFault: OnFault): EncodedEvent {
  const { data, errors = [], extensions: { cursor, key, gap } = {} } = event;
  const shown = { ...(cursor !== undefined && { cursor }), ...(gap && { gap }) };
  const text = JSON.stringify({
    ...(errors.length > 0 && { errors: errors.map((error) => showError(error, onFault)) }),
    ...(data !== undefined && { data }),
    ...(Object.keys(shown).length > 0 && { extensions: shown }),
  });
  // Streams remember their events for a long time.
  return { payload: ownBytes(Buffer.from(text)), event, cursor, key, gap, atMs };
}

/** The notice that stands in place of events that a subscriber did not get. */
export function gapNotice(gap: Gap, cursor: string | undefined, atMs: number): EncodedEvent {
  const extensions = { gap, ...(cursor !== undefined && { cursor }) };
  const event: RouterEvent = { data: null, extensions };
  return { payload: Buffer.from(JSON.stringify(event)), event, cursor, key: undefined, gap, atMs };
}

/** What was thrown, in the place of an event; what of it clients see is decided when it is encoded. */
export function failedEvent(thrown: Error, cursor?: string): RouterEvent {
  return {
    data: null,
    errors: [new GraphQLError(thrown.message, { originalError: thrown })],
    ...(cursor !== undefined && { extensions: { cursor } }),
  };
}

export function encodeErrors(errors: readonly unknown[], onFault: OnFault): Buffer {
  return Buffer.from(JSON.stringify(errors.map((error) => showError(error, onFault))));
}
