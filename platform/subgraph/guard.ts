import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import { allow, rule, shield } from 'graphql-shield';
import { EaioError } from '../errors/eaio-error.ts';
import type { Permissions } from './permissions.ts';
import { type Dnf, describeScopes, missingScopes } from './scopes.ts';
import type { BaseContext } from './types.ts';

/**
 * Puts graphql-shield's rules, derived from the SDL's permissions, before the resolvers of a schema, in place.
 *
 * shield's own wrapping is not used, for three reasons. It wraps every field of every type, guarded or not, in an async
 * function: a promise for each value of a list. It guards either `resolve` or `subscribe` of a subscription, so that a
 * stream could be opened by someone who may not see it. And it turns what a resolver throws into a returned value.
 * Here only guarded fields are wrapped, a stream is guarded at its opening, and since a rule asks for nothing
 * but the principal, its first "yes" counts for the rest of the request: later fields cost one look into a set.
 */
export function guard(schema: GraphQLSchema, required: Permissions['required']): void {
  const rules = new Map<string, ReturnType<typeof scopeRule>>();
  const ruleFor = (needed: Dnf) => {
    const name = describeScopes(needed);
    const known = rules.get(name) ?? scopeRule(name, needed);
    rules.set(name, known);
    return known;
  };
  const tree = mapEntries(required, (fields) => mapEntries(fields, ruleFor));
  const decisions = shield(tree, { debug: true, fallbackRule: allow }).generate(schema) as Decisions;

  for (const [typeName, fields] of required) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) continue;
    for (const [fieldName, needed] of fields) {
      const field = type.getFields()[fieldName];
      const decide = decisions[typeName]?.[fieldName];
      if (field === undefined || decide === undefined) {
        throw new Error(`graphql-shield made no rule for ${typeName}.${fieldName}.`);
      }
      const key = describeScopes(needed);
      if (type === schema.getSubscriptionType()) {
        field.subscribe = guarded(key, decide, field.subscribe ?? defaultFieldResolver);
      } else {
        field.resolve = guarded(key, decide, field.resolve ?? defaultFieldResolver);
      }
    }
  }
}

type Resolver = GraphQLFieldResolver<unknown, BaseContext>;
/** What shield makes of a rule: runs the rule, then `resolve` if it may. */
type Decide = (
  resolve: () => unknown,
  source: unknown,
  args: Record<string, unknown>,
  context: BaseContext,
  info: Parameters<Resolver>[3],
) => unknown;
type Decisions = Readonly<Record<string, Readonly<Record<string, Decide>>>>;

/**
 * Rules that said yes, by the request's context. Kept apart from shield's caches, which hang on the context object
 * as well but remember refusals with the field's name in them.
 */
const granted = new WeakMap<BaseContext, Set<string>>();

function guarded(key: string, decide: Decide, resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    if (granted.get(context)?.has(key) === true) return resolve(source, args, context, info);
    const proceed = () => {
      const grants = granted.get(context) ?? new Set();
      granted.set(context, grants.add(key));
      return resolve(source, args, context, info);
    };
    return decide(proceed, source, args, context, info);
  };
}

const scopeRule = (name: string, needed: Dnf) =>
  rule(`needs ${name}`, { cache: 'no_cache' })(
    (_source, _args, context: BaseContext, info: Parameters<Resolver>[3]) => {
      const missing = missingScopes(context.principal.scopes, needed);
      if (missing === null) return true;
      return new EaioError(
        'FORBIDDEN',
        `${info.parentType.name}.${info.fieldName} needs the scope ${name}; the token lacks ${describeScopes(missing)}.`,
        { details: { missingScopes: missing } },
      );
    },
  );

const mapEntries = <V, W>(map: ReadonlyMap<string, V>, change: (value: V) => W): Record<string, W> =>
  Object.fromEntries([...map].map(([key, value]) => [key, change(value)]));
