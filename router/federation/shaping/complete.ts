import {
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Variables } from '../types.ts';
import { leafCheck } from './leaf.ts';

/** One shaping under way. */
export interface Shaping {
  /** Response keys and list indices down to where it is. */
  readonly path: (string | number)[];
  readonly errors: GraphQLError[];
  readonly variables: Variables;
}

/** Stands for a null that its place forbids: the nearest place above that allows null becomes null. */
export const bubble: unique symbol = Symbol('null bubbles up');

/** From what the subgraphs said to what the client gets: `undefined` is null. */
export type Complete = (value: unknown, shaping: Shaping) => unknown;

/** A field of an object, in the order of the answer. */
export interface ShapedField {
  readonly key: string;
  /** `object` is what the subgraphs said of the object that has the field. */
  readonly complete: (object: Readonly<Record<string, unknown>>, shaping: Shaping) => unknown;
}

/** The fields that an object of the type has in the answer. */
export type FieldsOf = (type: GraphQLCompositeType) => readonly ShapedField[];

/** `coordinate` (`Type.field`) is for messages; `fieldsOf` for types that have fields. */
export function compileComplete(
  schema: GraphQLSchema,
  type: GraphQLOutputType,
  coordinate: string,
  fieldsOf: FieldsOf,
): Complete {
  if (isNonNullType(type))
    return nonNull(compileComplete(schema, type.ofType, coordinate, fieldsOf), coordinate);
  if (isListType(type)) return list(compileComplete(schema, type.ofType, coordinate, fieldsOf), coordinate);
  const named = getNamedType(type);
  if (isLeafType(named)) {
    const fits = leafCheck(named);
    return (value, shaping) =>
      value == null || fits(value) ? (value ?? null) : invalid(shaping, coordinate);
  }
  return object(schema, named, coordinate, fieldsOf);
}

function nonNull(inner: Complete, coordinate: string): Complete {
  return (value, shaping) => {
    const before = shaping.errors.length;
    const completed = inner(value, shaping);
    if (completed !== null) return completed;
    // Whatever made it null below has been told already.
    if (shaping.errors.length === before)
      fault(shaping, `Cannot return null for non-nullable field ${coordinate}.`);
    return bubble;
  };
}

function list(inner: Complete, coordinate: string): Complete {
  return (value, shaping) => {
    if (value == null) return null;
    if (!Array.isArray(value)) return invalid(shaping, coordinate);
    const { path } = shaping;
    const depth = path.push(0);
    const completed: unknown[] = new Array(value.length);
    for (let index = 0; index < value.length; index++) {
      path[depth - 1] = index;
      const item = inner(value[index], shaping);
      if (item === bubble) {
        path.length = depth - 1;
        return null;
      }
      completed[index] = item;
    }
    path.length = depth - 1;
    return completed;
  };
}

function object(
  schema: GraphQLSchema,
  declared: GraphQLCompositeType,
  coordinate: string,
  fieldsOf: FieldsOf,
): Complete {
  return (value, shaping) => {
    if (value == null) return null;
    if (typeof value !== 'object' || Array.isArray(value)) return invalid(shaping, coordinate);
    const source = value as Readonly<Record<string, unknown>>;
    const type = typeof source['__typename'] === 'string' ? schema.getType(source['__typename']) : declared;
    // A type that clients may not know of (@inaccessible), or that nobody knows.
    if (!isCompositeType(type)) return invalid(shaping, coordinate);
    return completeObject(source, fieldsOf(type), shaping);
  };
}

/** Null when a field may not be null and is. */
export function completeObject(
  source: Readonly<Record<string, unknown>>,
  fields: readonly ShapedField[],
  shaping: Shaping,
): Record<string, unknown> | null {
  const { path } = shaping;
  const completed = new Data();
  const depth = path.push('');
  for (const { key, complete } of fields) {
    path[depth - 1] = key;
    const value = complete(source, shaping);
    if (value === bubble) {
      path.length = depth - 1;
      return null;
    }
    completed[key] = value;
  }
  path.length = depth - 1;
  return completed;
}

/** An object without a prototype's names, so that any response key (`__proto__`) is just a key; faster than `Object.create(null)`. */
class Data {
  [key: string]: unknown;
}
Object.setPrototypeOf(Data.prototype, null);

function invalid(shaping: Shaping, coordinate: string): null {
  fault(shaping, `Invalid value found for field ${coordinate}.`);
  return null;
}

function fault({ errors, path }: Shaping, message: string): void {
  errors.push(new GraphQLError(message, { path: [...path] }));
}
