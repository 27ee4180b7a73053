import { type DirectiveNode, type GraphQLNamedType, valueFromASTUntyped } from 'graphql';
import { both, type Dnf } from '../../platform/subgraph/scopes.ts';
import type { TouchedField } from './touched-fields.ts';

/**
 * The scopes that a caller needs for all of the fields: those of each field, of the type it is selected on and of the type
 * it returns, all of which must hold. `[[]]` when nothing is asked for. Composition has put onto interfaces what their
 * implementations ask for.
 */
export function requiredScopes(fields: readonly TouchedField[]): Dnf {
  const conditions = new Map<string, Dnf>();
  const collect = ({ on, definition, type, children }: TouchedField) => {
    for (const element of [on, definition, type]) {
      const stated = statedScopes(element);
      if (stated) conditions.set(JSON.stringify(stated), stated);
    }
    children.forEach(collect);
  };
  fields.forEach(collect);
  // Minimised at each step: alternatives would multiply otherwise.
  return [...conditions.values()].reduce<Dnf>((sum, next) => minimised(both(sum, next) ?? sum), [[]]);
}

/** Without alternatives that another one makes needless: `[a] or [a, b]` is `[a]`. In a fixed order. */
function minimised(alternatives: Dnf): Dnf {
  const sorted = alternatives
    .map((all) => all.toSorted())
    .toSorted((a, b) => a.length - b.length || (a.join() < b.join() ? -1 : 1));
  return sorted.filter(
    (all, index) => !sorted.slice(0, index).some((smaller) => smaller.every((scope) => all.includes(scope))),
  );
}

function statedScopes({
  astNode,
}: {
  readonly astNode?: GraphQLNamedType['astNode'] | TouchedField['definition']['astNode'];
}): Dnf | undefined {
  const directives: readonly DirectiveNode[] = astNode?.directives ?? [];
  const stated = directives.filter(({ name }) => name.value === 'requiresScopes').map(readScopes);
  return stated.reduce<Dnf | undefined>((sum, next) => both(sum, next), undefined);
}

function readScopes({ arguments: given = [] }: DirectiveNode): Dnf {
  const value = given.find(({ name }) => name.value === 'scopes')?.value;
  return (value ? valueFromASTUntyped(value) : []) as string[][];
}
