import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type GraphQLScalarType,
  type GraphQLSchema,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  parse,
} from 'graphql';
import { messageOf } from '../errors/facts.ts';
import { guard } from './guard.ts';
import { readPermissions } from './permissions.ts';
import type { ResolverMap, SubscriptionResolver } from './resolvers.ts';
import { standardScalars } from './scalars.ts';
import type { BaseContext, SourceEvent } from './types.ts';

/** The SDL and its resolvers do not make a subgraph; `faults` says everything that is wrong, and how to mend each. */
export class SubgraphBuildError extends Error {
  readonly faults: readonly string[];

  constructor(name: string, faults: readonly string[], options?: { cause?: unknown }) {
    super(
      `The subgraph "${name}" does not build:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
      options,
    );
    this.name = 'SubgraphBuildError';
    this.faults = faults;
  }
}

interface SchemaOptions<Context extends BaseContext> {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: ResolverMap<Context>;
  readonly scalars?: Readonly<Record<string, GraphQLScalarType>>;
}

const directives = readFileSync(new URL('./directives.graphql', import.meta.url), 'utf8');

/**
 * The executable schema of one subgraph: federation's fields added, scalars implemented, permissions guarded.
 * `sdl` is the text that composition takes.
 */
export function buildSchema<Context extends BaseContext>(
  options: SchemaOptions<Context>,
): { readonly schema: GraphQLSchema; readonly sdl: string } {
  const { name } = options;
  const sdl = `${options.sdl.trimEnd()}\n\n${directives}`;
  const document = attempt(name, () => parse(sdl));
  const { required, faults: permissionFaults } = readPermissions(document);
  const schema = attempt(name, () => toSchema(document, options));
  const faults = [
    ...permissionFaults,
    ...resolverFaults(schema, options.resolvers),
    ...scalarFaults(schema, options.scalars),
  ];
  if (faults.length > 0) throw new SubgraphBuildError(name, faults);
  guard(schema, required);
  return { schema, sdl };
}

/** What @apollo/subgraph's `resolvers` must look like; its own type wants `any` all over. */
type ApolloResolvers = NonNullable<
  Extract<Parameters<typeof buildSubgraphSchema>[0], { resolvers?: unknown }>['resolvers']
>;

function toSchema<Context extends BaseContext>(
  document: DocumentNode,
  options: SchemaOptions<Context>,
): GraphQLSchema {
  const scalars = { ...standardScalars, ...options.scalars };
  const resolvers = {
    ...mapValues(options.resolvers, (fields) => mapValues(fields, withPayload)),
    // Only the functions: the description is the SDL's.
    ...mapValues(scalars, ({ serialize, parseValue, parseLiteral }) => ({
      serialize,
      parseValue,
      parseLiteral,
    })),
  };
  return buildSubgraphSchema({ typeDefs: document, resolvers: resolvers as unknown as ApolloResolvers });
}

/** A subscription's field is resolved, for each event, to the event's payload. */
const withPayload = (resolver: unknown): unknown =>
  isSubscriptionResolver(resolver)
    ? {
        subscribe: resolver.subscribe,
        resolve: (event: SourceEvent<unknown>) => ('payload' in event ? event.payload : null),
      }
    : resolver;

const isSubscriptionResolver = (resolver: unknown): resolver is SubscriptionResolver<never> =>
  typeof resolver === 'object' && resolver !== null && 'subscribe' in resolver;

/** @apollo/subgraph passes over resolvers that have no field: a misspelt one would be a field that silently stays null. */
function resolverFaults<Context>(schema: GraphQLSchema, resolvers: ResolverMap<Context>): readonly string[] {
  const faults: string[] = [];
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (type === undefined)
      faults.push(`There are resolvers for ${typeName}, which the SDL does not define.`);
    if (!isObjectType(type)) continue;
    for (const field of Object.keys(fields)) {
      if (!field.startsWith('__') && type.getFields()[field] === undefined) {
        faults.push(`There is a resolver for ${typeName}.${field}, which the SDL does not define.`);
      }
    }
  }
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    if (field.subscribe === undefined) {
      faults.push(`Subscription.${field.name} has no source: give it a resolver { subscribe }.`);
    }
  }
  return faults;
}

function scalarFaults(
  schema: GraphQLSchema,
  scalars: Readonly<Record<string, GraphQLScalarType>> = {},
): readonly string[] {
  return Object.values(schema.getTypeMap())
    .filter(isScalarType)
    .filter(({ name }) => !name.startsWith('_') && !name.includes('__'))
    .filter(
      (type) => !isSpecifiedScalarType(type) && !(type.name in standardScalars) && !(type.name in scalars),
    )
    .map(({ name }) => `The scalar ${name} has no implementation: give one in \`scalars\`.`);
}

function attempt<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new SubgraphBuildError(name, [messageOf(error)], {
      cause: error,
    });
  }
}

const mapValues = <V, W>(record: Readonly<Record<string, V>>, change: (value: V) => W): Record<string, W> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
