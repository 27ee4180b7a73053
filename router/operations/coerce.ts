import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLScalarType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  specifiedScalarTypes,
} from 'graphql';

/** One thing wrong with the variables of a request. */
export interface VariableFault {
  /** Where: `range.period`, `readings[3].time`. */
  readonly path: string;
  readonly message: string;
  /** The values of an enum, or the fields of an input, when the fault is that another was given. */
  readonly allowed?: readonly string[];
}

export interface Coercion {
  /** Scalars by name whose `parseValue` says what may pass; those that the SDL alone knows take anything. */
  readonly scalars: Readonly<Record<string, GraphQLScalarType>>;
  readonly faults: VariableFault[];
}

/** A client that sends 10,000 bad readings learns of the first ones: the answer must not outgrow the question. */
export const maxFaults = 100;

const builtIn = new Set(specifiedScalarTypes.map(({ name }) => name));

/**
 * The value as JSON that a subgraph takes: single values that a list asks for wrapped, input fields in the schema's order,
 * ids as strings; so that values that mean the same are the same. Whatever does not fit is put into `faults`, all of it.
 */
export function coerce(value: unknown, type: GraphQLInputType, path: string, coercion: Coercion): unknown {
  // What is over is neither told nor worth the time: each fault that graphql-js throws takes some 30 µs.
  if (coercion.faults.length >= maxFaults) return null;
  if (isNonNullType(type)) {
    if (value != null) return coerce(value, type.ofType, path, coercion);
    return fault(coercion, path, `\`${path}\` is null; it needs ${describe(type)}.`);
  }
  if (value == null) return null;
  if (isListType(type)) {
    if (!Array.isArray(value)) return [coerce(value, type.ofType, path, coercion)];
    return value.map((item, index) => coerce(item, type.ofType, `${path}[${index}]`, coercion));
  }
  if (isInputObjectType(type)) return coerceObject(value, type, path, coercion);
  return isEnumType(type)
    ? coerceEnum(value, type, path, coercion)
    : coerceScalar(value, type, path, coercion);
}

function coerceObject(
  value: unknown,
  type: GraphQLInputObjectType,
  path: string,
  coercion: Coercion,
): unknown {
  if (!isRecord(value))
    return fault(coercion, path, `\`${path}\` is ${show(value)}; it needs an object of type ${type.name}.`);
  const fields = type.getFields();
  const allowed = Object.keys(fields);
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(fields, key)) {
      fault(
        coercion,
        `${path}.${key}`,
        `\`${path}\` has no field "${key}"; allowed are ${allowed.join(', ')}.`,
        allowed,
      );
    }
  }
  const given = Object.values(fields).filter(({ name }) => value[name] !== undefined);
  for (const field of Object.values(fields)) {
    if (value[field.name] === undefined && isNonNullType(field.type) && field.defaultValue === undefined) {
      fault(
        coercion,
        `${path}.${field.name}`,
        `\`${path}.${field.name}\` is missing; it needs ${describe(field.type)}.`,
      );
    }
  }
  if (type.isOneOf && (given.length !== 1 || value[given[0]?.name ?? ''] === null)) {
    fault(coercion, path, `\`${path}\` needs exactly one of ${allowed.join(', ')}, and not null.`, allowed);
  }
  return Object.fromEntries(
    given.map((field) => [
      field.name,
      coerce(value[field.name], field.type, `${path}.${field.name}`, coercion),
    ]),
  );
}

function coerceEnum(value: unknown, type: GraphQLEnumType, path: string, coercion: Coercion): unknown {
  if (typeof value === 'string' && type.getValue(value)) return value;
  const allowed = type.getValues().map(({ name }) => name);
  return fault(coercion, path, `\`${path}\` is ${show(value)}; allowed are ${allowed.join(', ')}.`, allowed);
}

function coerceScalar(value: unknown, type: GraphQLScalarType, path: string, coercion: Coercion): unknown {
  const scalar = coercion.scalars[type.name] ?? type;
  try {
    const parsed = scalar.parseValue(value);
    // What the other scalars make of it (a Date) is theirs alone; the subgraph gets what was sent.
    return builtIn.has(type.name) ? parsed : value;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fault(coercion, path, `\`${path}\` is ${show(value)}; it needs ${describe(type)}. ${why}`);
  }
}

function fault({ faults }: Coercion, path: string, message: string, allowed?: readonly string[]): null {
  faults.push({ path, message, ...(allowed && { allowed }) });
  return null;
}

/** The type in GraphQL's words, with the first sentence of what its author says of it. */
export function describe(type: GraphQLInputType): string {
  const bare = isNonNullType(type) ? type.ofType : type;
  const about =
    'description' in bare && bare.description && !builtIn.has(bare.name)
      ? ` (${bare.description.split('\n')[0]})`
      : '';
  return `a value of type ${String(bare)}${about}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
