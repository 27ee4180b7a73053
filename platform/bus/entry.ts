import { randomUUID } from 'node:crypto';
import type { BusEvent, NewEvent, Position } from './event.ts';

/**
 * How an event lies in its stream: `event` holds a CloudEvent in JSON (structured mode), `tags` its cache tags as a JSON list.
 * Tags are no attribute of the CloudEvent: its attributes are texts, and whoever routes by tags need not read the data.
 */
export function encodeEntry(event: NewEvent, time: string): readonly string[] {
  const { type, source, subject, key, data, tags } = event;
  const cloudEvent = {
    specversion: '1.0',
    id: event.id ?? randomUUID(),
    source,
    type,
    ...(subject === undefined ? {} : { subject }),
    ...(key === undefined ? {} : { partitionkey: key }),
    time: event.time ?? time,
    datacontenttype: 'application/json',
    data,
  };
  const fields = ['event', JSON.stringify(cloudEvent)];
  return tags === undefined || tags.length === 0 ? fields : [...fields, 'tags', JSON.stringify(tags)];
}

/** The event of an entry's flat field list. @throws Error when the entry was not written by `encodeEntry`. */
export function decodeEntry(fields: readonly string[]): BusEvent {
  const event: unknown = JSON.parse(fieldOf(fields, 'event') ?? 'null');
  if (typeof event !== 'object' || event === null || !('type' in event) || !('data' in event)) {
    throw new Error('The entry holds no CloudEvent in its field "event".');
  }
  const { datacontenttype: _json, ...attributes } = event as BusEvent & { readonly datacontenttype: string };
  const tags = fieldOf(fields, 'tags');
  return tags === undefined ? attributes : { ...attributes, tags: JSON.parse(tags) as readonly string[] };
}

function fieldOf(fields: readonly string[], name: string): string | undefined {
  const index = fields.findIndex((field, place) => place % 2 === 0 && field === name);
  return index === -1 ? undefined : fields[index + 1];
}

/** Of an entry that a group is given once more: where it lies in its topic, and how often it was tried before. */
export function entryOrigin(
  fields: readonly string[],
): { readonly position: Position; readonly attempts: number } | undefined {
  const position = fieldOf(fields, 'of');
  return position === undefined
    ? undefined
    : { position, attempts: Number(fieldOf(fields, 'attempts') ?? 0) };
}
