import type { GraphQLResolveInfo } from 'graphql';
import type { SourceEvent } from './types.ts';

/**
 * A field's resolver. Source and arguments are `never` here so that a resolver may name its own, narrower types:
 * `(site: Site, args: { first: number }, context: PortfolioContext) => …`.
 */
export type FieldResolver<Context> = (
  source: never,
  args: never,
  context: Context,
  info: GraphQLResolveInfo,
) => unknown;

/** `__resolveReference`: an entity from what the router knows of it; null when there is none, or the caller may not see it. */
export type ReferenceResolver<Context> = (reference: never, context: Context) => unknown;

/** `__resolveType` of an interface or union: the name of the object type. */
export type TypeResolver<Context> = (
  value: never,
  context: Context,
) => string | undefined | Promise<string | undefined>;

/** A field of `Subscription`: where its events come from. The kit runs the operation on each event's payload. */
export interface SubscriptionResolver<Context> {
  readonly subscribe: (
    source: never,
    args: never,
    context: Context,
    info: GraphQLResolveInfo,
  ) => AsyncIterable<SourceEvent<unknown>> | Promise<AsyncIterable<SourceEvent<unknown>>>;
}

/** Resolvers by type and field. A field that is not named reads the property of its name. */
export interface ResolverMap<Context> {
  readonly [type: string]: {
    readonly [field: string]:
      | FieldResolver<Context>
      | ReferenceResolver<Context>
      | TypeResolver<Context>
      | SubscriptionResolver<Context>;
  };
}
