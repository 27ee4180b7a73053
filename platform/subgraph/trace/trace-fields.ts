import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import type { BaseContext } from '../types.ts';
import type { FederatedTrace } from './federated-trace.ts';

/** Traces by the context of the operation that they belong to. */
export type Traces = WeakMap<BaseContext, FederatedTrace>;

/**
 * Times every resolver of a schema, in place, for operations whose context has a trace. A schema of its own is given to
 * traced operations: an operation that nobody traces pays nothing.
 */
export function traceFields(schema: GraphQLSchema, traces: Traces): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      field.resolve = timed(field.resolve ?? defaultFieldResolver, traces);
    }
  }
  return schema;
}

function timed(
  resolve: GraphQLFieldResolver<unknown, BaseContext>,
  traces: Traces,
): GraphQLFieldResolver<unknown, BaseContext> {
  return (source, args, context, info) => {
    const end = traces.get(context)?.begin(info) ?? (() => undefined);
    let result: unknown;
    try {
      result = resolve(source, args, context, info);
    } catch (error) {
      end();
      throw error;
    }
    if (result instanceof Promise) return result.finally(end);
    end();
    return result;
  };
}
