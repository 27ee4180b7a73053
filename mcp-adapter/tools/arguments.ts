import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonObjectSchema, JsonSchema } from './json-schema.ts';

/** One thing that is wrong with a call's arguments. */
export interface ArgumentFault {
  /** `range.period`, `readings[3].value`; empty for the arguments as a whole. */
  readonly path: string;
  /** What is wrong, and what is allowed. */
  readonly message: string;
}

export type CheckedArguments =
  | { readonly ok: true; readonly variables: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly faults: readonly ArgumentFault[] };

export type ArgumentCheck = (given: unknown) => CheckedArguments;

const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true });
(addFormats as unknown as (instance: Ajv2020) => void)(ajv);

/**
 * Checks arguments against a tool's input schema and names every fault at once.
 * A null for something optional means "left out": models send it, and the default then applies.
 */
export function createArgumentCheck(schema: JsonObjectSchema): ArgumentCheck {
  const validate = ajv.compile(schema);
  return (given) => {
    if (given !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given))) {
      return { ok: false, faults: [{ path: '', message: 'The arguments must be an object.' }] };
    }
    const variables = withoutNulls(given ?? {}, schema, schema) as Record<string, unknown>;
    if (validate(variables)) return { ok: true, variables };
    return { ok: false, faults: (validate.errors ?? []).map(asFault) };
  };
}

function asFault(error: ErrorObject): ArgumentFault {
  const path = asPath(error.instancePath);
  const at = (name: unknown) => (path === '' ? String(name) : `${path}.${String(name)}`);
  const schema = error.parentSchema as JsonSchema | undefined;
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'required': {
      const missing = params['missingProperty'];
      const description = schema?.properties?.[String(missing)]?.description;
      return { path: at(missing), message: `is required${description ? `: ${description}` : '.'}` };
    }
    case 'additionalProperties': {
      const known = Object.keys(schema?.properties ?? {});
      return {
        path: at(params['additionalProperty']),
        message: `is unknown. Known: ${known.join(', ') || 'none'}.`,
      };
    }
    case 'enum':
      return {
        path,
        message: `${shown(error.data)} is not allowed. Allowed: ${(schema?.enum ?? []).join(', ')}.`,
      };
    case 'type':
      return {
        path,
        message: `${shown(error.data)} is not allowed. Allowed: ${article(String(params['type']))}.`,
      };
    case 'format':
      return {
        path,
        message: `${shown(error.data)} is not a ${String(params['format'])}${formatExample(String(params['format']))}.`,
      };
    case 'minimum':
    case 'maximum':
      return { path, message: `${shown(error.data)} is not allowed. Allowed: ${rangeOf(schema)}.` };
    case 'minProperties':
    case 'maxProperties':
      return { path, message: `needs exactly one of: ${Object.keys(schema?.properties ?? {}).join(', ')}.` };
    default:
      return { path, message: `${shown(error.data)} ${error.message ?? 'is not allowed'}.` };
  }
}

function rangeOf({ minimum, maximum }: JsonSchema = {}): string {
  if (minimum === undefined) return `${maximum} at most`;
  return maximum === undefined ? `${minimum} at least` : `${minimum} to ${maximum}`;
}

/** `/readings/3/value` -> `readings[3].value`. */
function asPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`),
      '',
    );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function formatExample(format: string): string {
  const examples: Readonly<Record<string, string>> = {
    'date-time': '2017-06-01T06:00:00Z',
    date: '2017-06-01',
    duration: 'PT1H',
  };
  return examples[format] ? `, for example ${examples[format]}` : '';
}

function withoutNulls(value: unknown, schema: JsonSchema | undefined, root: JsonSchema): unknown {
  const resolved = schema?.$ref ? root.$defs?.[schema.$ref.replace('#/$defs/', '')] : schema;
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, resolved?.items, root));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([name, v]) => v !== null || resolved?.required?.includes(name) || !resolved?.properties?.[name],
      )
      .map(([name, v]) => [name, withoutNulls(v, resolved?.properties?.[name], root)]),
  );
}
