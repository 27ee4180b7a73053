import { messageOf } from '../../errors/facts.ts';
import { decodeEntry, entryOrigin } from '../entry.ts';
import type { EventSchemas } from '../event-schemas.ts';
import { parseEventType } from '../event-type.ts';
import type { Evolution } from '../evolution/evolve.ts';
import type { RawEntry } from '../stream-log.ts';
import type { ConsumedEvent } from './types.ts';

/** An entry as a handler takes it, or why it can't. */
export type Decoded =
  | { readonly kind: 'event'; readonly entry: RawEntry; readonly event: ConsumedEvent }
  | {
      readonly kind: 'unusable';
      readonly entry: RawEntry;
      /** Of a version that this process does not know yet, or no event at all. */
      readonly reason: 'UNKNOWN_VERSION' | 'UNREADABLE';
      readonly error: string;
    };

/** Brings an event to the newest version of its type that this process knows. */
export function decodeForConsumer(
  entry: RawEntry,
  { schemas, evolution }: { readonly schemas: EventSchemas; readonly evolution: Evolution },
): Decoded {
  const [position, fields] = entry;
  try {
    const event = decodeEntry(fields);
    const type = parseEventType(event.type);
    const newest = type === undefined ? 0 : schemas.newestVersion(type.topic);
    if (type === undefined || type.version > newest) {
      const error = `${event.type} is newer than what this process knows: it is kept until that is upgraded.`;
      return { kind: 'unusable', entry, reason: 'UNKNOWN_VERSION', error };
    }
    const placed = { ...event, position: entryOrigin(fields)?.position ?? position };
    return { kind: 'event', entry, event: evolution.toNewest(placed) };
  } catch (error) {
    return { kind: 'unusable', entry, reason: 'UNREADABLE', error: messageOf(error) };
  }
}
