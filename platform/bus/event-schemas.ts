import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { messageOf } from '../errors/facts.ts';
import type { NewEvent } from './event.ts';
import { parseEventType } from './event-type.ts';

/** An event that may not be published: a fault of its producer. The message says where its data differs from the schema. */
export class EventFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EventFault';
  }
}

export interface EventSchemas {
  /** @throws EventFault unless the event's type has a schema and its data fits. */
  check(event: Pick<NewEvent, 'type' | 'source' | 'data'>): void;
  /** Topics that have a schema, in order. */
  readonly topics: readonly string[];
  /** 0 when the topic has none. */
  newestVersion(topic: string): number;
}

/** Where this project's own schemas are. */
export const eventSchemaFolder = fileURLToPath(new URL('../../schema/events/', import.meta.url));

/**
 * Reads `<folder>/<topic>/v<N>.json` (JSON Schema 2020-12 of the event's `data`) and compiles each, once.
 * @throws Error that names the file when one is no valid schema.
 */
export function loadEventSchemas(folder: string = eventSchemaFolder): EventSchemas {
  const ajv = new Ajv2020({ strict: true, allErrors: false });
  ajv.addFormat('date-time', { type: 'string', validate: isDateTime });
  const byType = new Map<string, ValidateFunction>();
  const newest = new Map<string, number>();
  for (const topic of foldersIn(folder)) {
    for (const file of readdirSync(join(folder, topic)).sort()) {
      const [, version] = /^(v[1-9]\d*)\.json$/.exec(file) ?? [];
      const type = `eaio.${topic}.${version}`;
      const parsed = parseEventType(type);
      if (parsed === undefined) {
        throw new Error(`${join(folder, topic, file)}: a schema is named <topic>/v<number>.json.`);
      }
      newest.set(topic, Math.max(parsed.version, newest.get(topic) ?? 0));
      byType.set(type, compile(ajv, join(folder, topic, file)));
    }
  }

  return {
    topics: [...newest.keys()],
    newestVersion: (topic) => newest.get(topic) ?? 0,
    check({ type, source, data }) {
      const fits = byType.get(type);
      if (fits === undefined) {
        const { topic, version } = parseEventType(type) ?? { topic: '<topic>', version: 'N' };
        throw new EventFault(
          `There is no event type "${type}": its schema belongs into schema/events/${topic}/v${version}.json.`,
        );
      }
      if (source === '') throw new EventFault(`The event "${type}" names no source.`);
      if (!fits(data))
        throw new EventFault(`The data of "${type}" does not fit its schema: ${describe(fits.errors?.[0])}.`);
    },
  };
}

const foldersIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

function compile(ajv: Ajv2020, file: string): ValidateFunction {
  try {
    return ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  } catch (error) {
    throw new Error(`${file} is no JSON Schema 2020-12: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

const describe = (error: ErrorObject | undefined): string => {
  const { instancePath = '', message = 'it differs', params = {} } = error ?? {};
  return `data${instancePath} ${message} ${JSON.stringify(params)}`;
};

const dateTimeForm = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const isDateTime = (text: string): boolean => dateTimeForm.test(text) && !Number.isNaN(Date.parse(text));
