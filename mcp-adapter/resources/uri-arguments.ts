import type { JsonObjectSchema, JsonSchema } from '../tools/json-schema.ts';

/** A URI's texts as the values that an operation's input schema wants: numbers, booleans, lists split at commas. */
export function argumentsFromUri(
  texts: Readonly<Record<string, string>>,
  schema: JsonObjectSchema,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, fromText(text, schema.properties?.[name])]),
  );
}

function fromText(text: string, schema: JsonSchema | undefined): unknown {
  switch (schema?.type) {
    case 'array':
      return text === '' ? [] : text.split(',').map((part) => fromText(part, schema.items));
    case 'integer':
    case 'number':
      return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'object':
      return parsed(text);
    default:
      return text;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
