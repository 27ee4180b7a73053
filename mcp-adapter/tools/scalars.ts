import type { JsonSchema } from './json-schema.ts';

/** How each scalar of the graph looks in JSON. A scalar that is missing here may be any JSON value. */
const scalarSchemas: Readonly<Record<string, JsonSchema>> = {
  ID: { type: 'string' },
  String: { type: 'string' },
  Boolean: { type: 'boolean' },
  Int: { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  Float: { type: 'number' },
  DateTime: { type: 'string', format: 'date-time' },
  LocalDate: { type: 'string', format: 'date' },
  TimeZone: { type: 'string' },
  Latitude: { type: 'number', minimum: -90, maximum: 90 },
  Longitude: { type: 'number', minimum: -180, maximum: 180 },
  Duration: { type: 'string', format: 'duration' },
};

/** The JSON Schema of a scalar's values, without its description. */
export function scalarSchema(name: string): JsonSchema {
  return scalarSchemas[name] ?? {};
}
