import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isScalarType,
  type OperationDefinitionNode,
  parse,
  typeFromAST,
  valueFromASTUntyped,
} from 'graphql';
import type { Operation } from '../ports.ts';
import type { JsonObjectSchema, JsonSchema } from './json-schema.ts';
import { scalarSchema } from './scalars.ts';
import { variableUses } from './variable-uses.ts';

/**
 * A tool's input from its operation's variables. A property is required only when it is non-null and has no default;
 * its description is the variable's comment, else what the arguments say that it feeds. Input objects stand inline,
 * `$defs` only where a type contains itself. Variables filled from a claim of the token are absent.
 */
export function inputSchema(operation: Operation, schema: GraphQLSchema): JsonObjectSchema {
  const document = parse(operation.body);
  const definition = document.definitions.find(
    (d): d is OperationDefinitionNode => d.kind === 'OperationDefinition',
  );
  const uses = variableUses(document, schema);
  const types = new InputTypes();
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];

  for (const node of definition?.variableDefinitions ?? []) {
    const name = node.variable.name.value;
    const variable = operation.variables[name];
    if (variable?.fromClaim) continue;
    const type = typeFromAST(schema, node.type as never);
    if (!isInputType(type)) throw new Error(`${operation.name}: $${name} has no input type`);
    const used = [...new Set((uses.get(name) ?? []).flatMap((use) => use.description ?? []))];
    const words = used.filter((text) => !limitWords.test(text));
    const ownDescription = variable?.description ?? (words.length > 0 ? words.join(' ') : null);
    const limits = getNamedType(type).name === 'Int' ? limitsOf(used) : {};
    const described = types.of(type);
    properties[name] = {
      ...described,
      ...limits,
      ...describe(ownDescription, typeText(type, described, ownDescription)),
      ...(node.defaultValue ? { default: valueFromASTUntyped(node.defaultValue) } : {}),
      ...(variable && variable.examples.length > 0 ? { examples: variable.examples } : {}),
    };
    if (isNonNullType(type) && !node.defaultValue) required.push(name);
  }

  return {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
    ...types.definitions(),
  };
}

/** How the graph's descriptions state the limits of a number: `1 to 10,000.` and nothing else. */
const limitWords = /^([\d,]+) to ([\d,]+)\.?$/;

/** The narrowest limits of all the arguments that a variable feeds. */
function limitsOf(descriptions: readonly string[]): Pick<JsonSchema, 'minimum' | 'maximum'> {
  const ranges = descriptions.flatMap((text) => {
    const [, from, to] = limitWords.exec(text) ?? [];
    return from && to ? [[from, to].map((digits) => Number(digits.replaceAll(',', '')))] : [];
  });
  if (ranges.length === 0) return {};
  return {
    minimum: Math.max(...ranges.map(([from = 0]) => from)),
    maximum: Math.min(...ranges.map(([, to = 0]) => to)),
  };
}

/** A scalar's words are for places that have none of their own; an enum's meanings and an input object's rules always count. */
function typeText(type: GraphQLInputType, described: JsonSchema, own: string | null | undefined) {
  return own && isScalarType(getNamedType(type)) ? undefined : described.description;
}

/** The variable's own words first, then what its type says (an enum's meanings). */
function describe(own: string | null, ofType: string | undefined): { description?: string } {
  const text = [own, ofType].filter((part): part is string => Boolean(part)).join(' ');
  return text === '' ? {} : { description: text };
}

/** Input types as JSON Schemas; remembers which contain themselves. */
class InputTypes {
  readonly #open: string[] = [];
  readonly #recursive = new Map<string, JsonSchema>();

  of(type: GraphQLInputType): JsonSchema {
    if (isNonNullType(type)) return this.of(type.ofType);
    if (isListType(type)) return { type: 'array', items: this.of(type.ofType) };
    if (isEnumType(type)) {
      const meanings = type
        .getValues()
        .flatMap((v) => (v.description ? [`${v.name}: ${oneLine(v.description)}`] : []));
      return {
        type: 'string',
        enum: type.getValues().map((v) => v.name),
        ...describe(null, meanings.join(' ')),
      };
    }
    if (isInputObjectType(type)) return this.#object(type);
    const scalar = scalarSchema(type.name);
    // What GraphQL itself says of String or Int helps nobody; what a scalar of ours says does.
    return scalar.type === undefined || scalar.format !== undefined || type.name === 'TimeZone'
      ? { ...scalar, ...describe(null, type.description ? oneLine(type.description) : undefined) }
      : scalar;
  }

  #object(type: GraphQLInputObjectType): JsonSchema {
    const reference = { $ref: `#/$defs/${type.name}` };
    if (this.#recursive.has(type.name)) return reference;
    if (this.#open.includes(type.name)) {
      this.#recursive.set(type.name, {});
      return reference;
    }
    this.#open.push(type.name);
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const field of Object.values(type.getFields())) {
      const described = this.of(field.type);
      properties[field.name] = {
        ...described,
        ...describe(
          field.description ? oneLine(field.description) : null,
          typeText(field.type, described, field.description),
        ),
        ...(field.defaultValue === undefined ? {} : { default: field.defaultValue }),
      };
      if (isNonNullType(field.type) && field.defaultValue === undefined) required.push(field.name);
    }
    this.#open.pop();
    const object: JsonSchema = {
      type: 'object',
      ...describe(null, type.description ? oneLine(type.description) : undefined),
      properties,
      ...(required.length > 0 ? { required } : {}),
      ...(type.isOneOf ? { minProperties: 1, maxProperties: 1 } : {}),
      additionalProperties: false,
    };
    if (!this.#recursive.has(type.name)) return object;
    this.#recursive.set(type.name, object);
    return reference;
  }

  definitions(): { $defs?: Readonly<Record<string, JsonSchema>> } {
    return this.#recursive.size > 0 ? { $defs: Object.fromEntries(this.#recursive) } : {};
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
