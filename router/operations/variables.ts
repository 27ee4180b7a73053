import {
  type GraphQLInputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  valueFromASTUntyped,
} from 'graphql';
import type { Principal } from '../../platform/identity/principal.ts';
import type { Variables } from '../federation/types.ts';
import { type Coercion, coerce, describe, maxFaults, type VariableFault } from './coerce.ts';

export type CheckedVariables =
  | { readonly ok: true; readonly variables: Variables }
  | { readonly ok: false; readonly faults: readonly VariableFault[] };

/** Judges what a client sent for an operation's variables. Equal meaning gives equal JSON, defaults and claims filled in. */
export type VariableCheck = (
  given: Readonly<Record<string, unknown>>,
  principal: Principal,
) => CheckedVariables;

interface Declared {
  readonly name: string;
  readonly type: GraphQLInputType;
  /** As JSON; undefined when there is none. */
  readonly defaultValue: unknown;
  /** The claim that fills it in place of the client. */
  readonly claim: string | null;
}

export interface VariableCheckOptions {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  /** Claims by the variable that they fill. */
  readonly claims: Readonly<Record<string, string>>;
  readonly scalars: Readonly<Record<string, GraphQLScalarType>>;
}

export function createVariableCheck({
  schema,
  operation,
  claims,
  scalars,
}: VariableCheckOptions): VariableCheck {
  const declared = (operation.variableDefinitions ?? []).map(
    ({ variable, type: node, defaultValue }): Declared => {
      const type = typeFromAST(schema, node);
      if (!type || !isInputType(type)) throw new TypeError(`$${variable.name.value} is of no input type.`);
      const name = variable.name.value;
      return {
        name,
        type,
        defaultValue: defaultValue && valueFromASTUntyped(defaultValue),
        claim: claims[name] ?? null,
      };
    },
  );
  const open = declared.filter(({ claim }) => claim === null).map(({ name }) => name);
  const known = new Set(open);

  function judge(given: Readonly<Record<string, unknown>>, principal: Principal): CheckedVariables {
    const coercion: Coercion = { scalars, faults: [] };
    for (const name of Object.keys(given)) {
      if (!known.has(name))
        coercion.faults.push({ path: name, message: unknownVariable(name, declared, open), allowed: open });
    }
    const variables: Record<string, unknown> = {};
    for (const { name, type, defaultValue, claim } of declared) {
      const sent = claim === null ? given[name] : principal.claims[claim];
      // An explicit null is a value, and not the default (GraphQL, section 6.1.2).
      const value = sent === undefined ? defaultValue : sent;
      if (value !== undefined) variables[name] = coerce(value, type, name, coercion);
      else if (isNonNullType(type)) coercion.faults.push({ path: name, message: missing(name, type, claim) });
    }
    const { faults } = coercion;
    return faults.length === 0
      ? { ok: true, variables: Object.freeze(variables) }
      : { ok: false, faults: faults.slice(0, maxFaults) };
  }

  // Variables that can't change (a door that reads equal bodies once hands out frozen ones) need to be judged once.
  const judged = new WeakMap<object, CheckedVariables>();
  const ofCaller = declared.some(({ claim }) => claim !== null);
  return (given, principal) => {
    const before = judged.get(given);
    if (before !== undefined) return before;
    const checked = judge(given, principal);
    if (!ofCaller && Object.isFrozen(given)) judged.set(given, checked);
    return checked;
  };
}

function unknownVariable(name: string, declared: readonly Declared[], open: readonly string[]): string {
  if (declared.some((variable) => variable.name === name))
    return `\`${name}\` is filled from the token; do not send it.`;
  return `There is no variable "${name}"; ${open.length > 0 ? `allowed are ${open.join(', ')}` : 'the operation takes none'}.`;
}

function missing(name: string, type: GraphQLInputType, claim: string | null): string {
  return claim === null
    ? `\`${name}\` is missing; it needs ${describe(type)}.`
    : `\`${name}\` is filled from the token's claim "${claim}", which this token lacks.`;
}
