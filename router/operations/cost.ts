import {
  type DirectiveNode,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  Kind,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import type { Variables } from '../federation/types.ts';
import type { OperationKind } from '../types.ts';
import type { TouchedField } from './touched-fields.ts';

/** What a list counts for when neither `@listSize` nor a slicing argument says how long it is. */
const assumedListSize = 10;
/** A mutation changes things: dearer than any question of its size. */
const mutationCost = 10;

export type CostOf = (variables: Variables) => number;

/**
 * Cost by the IBM cost specification (https://ibm.github.io/graphql-specs/cost-spec.html), in one figure: for each object
 * that an answer may hold its type's weight (1; leaves 0), for each call of a field and each of its arguments their own
 * weights (0 unless `@cost` says so), multiplied by the sizes of the lists around. Sizes come from `@listSize`: the greatest
 * slicing argument (literal, variable or default), else its `assumedSize`, else `assumedListSize`. Of an abstract type's
 * implementations the dearest counts. A field selected twice counts twice.
 */
export function costOf(schema: GraphQLSchema, kind: OperationKind, fields: readonly TouchedField[]): CostOf {
  const compiled = fields.map((field) => compile(schema, field));
  const base = kind === 'mutation' ? mutationCost : 0;
  return (variables) => compiled.reduce((sum, field) => sum + field.cost(variables, undefined), base);
}

interface CostedField {
  readonly field: TouchedField;
  /** `sizeFromParent`: how long this list is by the `sizedFields` of the field above. */
  cost(variables: Variables, sizeFromParent: number | undefined): number;
}

function compile(schema: GraphQLSchema, field: TouchedField): CostedField {
  const { definition, type, node, conditions } = field;
  const children = field.children.map((child) => compile(schema, child));
  const list = isListType(getNullableType(definition.type));
  const listSize = directive(definition.astNode, 'listSize');
  const sizedFields = new Set(strings(listSize?.['sizedFields']));
  const typeWeight = weightOf(type.astNode) ?? (isCompositeType(type) ? 1 : 0);
  const given = new Set(node.arguments?.map(({ name }) => name.value));
  const ownWeight = definition.args
    .filter(({ name }) => given.has(name))
    .reduce((sum, argument) => sum + (weightOf(argument.astNode) ?? 0), weightOf(definition.astNode) ?? 0);
  // Which children can appear together: all of them on an object, those of one implementation on an abstract type.
  const alternatives = isAbstractType(type)
    ? schema
        .getPossibleTypes(type)
        .map((possible) =>
          children.filter(
            ({ field: { on } }) => on === possible || (isAbstractType(on) && schema.isSubType(on, possible)),
          ),
        )
    : [children];

  return {
    field,
    cost(variables, sizeFromParent) {
      if (!conditions.every((condition) => holds(condition, variables))) return 0;
      const ownSize = listSize && sizeOf(listSize, field, variables);
      const size = list
        ? (sizeFromParent ?? (sizedFields.size === 0 ? ownSize : undefined) ?? assumedListSize)
        : 1;
      const below = alternatives.map((group) =>
        group.reduce(
          (sum, child) =>
            sum + child.cost(variables, sizedFields.has(child.field.node.name.value) ? ownSize : undefined),
          0,
        ),
      );
      return ownWeight + size * (typeWeight + Math.max(0, ...below));
    },
  };
}

/** Undefined when `@listSize` says nothing for these arguments. */
function sizeOf(
  listSize: Directive,
  { definition, node }: TouchedField,
  variables: Variables,
): number | undefined {
  const sizes = strings(listSize['slicingArguments']).flatMap((name) => {
    const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
    const size =
      (given && numberOf(given, variables)) ??
      definition.args.find((argument) => argument.name === name)?.defaultValue;
    return typeof size === 'number' ? [Math.max(0, size)] : [];
  });
  if (sizes.length > 0) return Math.max(...sizes);
  return typeof listSize['assumedSize'] === 'number' ? listSize['assumedSize'] : undefined;
}

function numberOf(node: ValueNode, variables: Variables): number | undefined {
  const value =
    node.kind === Kind.VARIABLE
      ? variables[node.name.value]
      : node.kind === Kind.INT
        ? Number(node.value)
        : undefined;
  return typeof value === 'number' ? value : undefined;
}

function holds({ name, arguments: given = [] }: DirectiveNode, variables: Variables): boolean {
  const condition = given[0]?.value;
  const value =
    condition?.kind === Kind.VARIABLE
      ? variables[condition.name.value]
      : condition?.kind === Kind.BOOLEAN && condition.value;
  // A variable that is not known yet may have either value: the dearer one counts.
  if (value === undefined) return true;
  return name.value === 'skip' ? value !== true : value === true;
}

type Directive = Readonly<Record<string, unknown>>;
type Directed = { readonly directives?: readonly DirectiveNode[] | undefined } | null | undefined;

function directive(node: Directed, name: string): Directive | undefined {
  const found = node?.directives?.find((candidate) => candidate.name.value === name);
  return (
    found &&
    Object.fromEntries(
      (found.arguments ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
    )
  );
}

function weightOf(node: Directed): number | undefined {
  const weight = directive(node, 'cost')?.['weight'];
  return typeof weight === 'number' ? weight : undefined;
}

const strings = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
