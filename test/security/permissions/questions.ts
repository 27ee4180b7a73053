import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import type { KnownIds } from '../../mcp/world.ts';

/** One field of the graph, and an operation that asks for it alone by the shortest way there is. */
export interface FieldQuestion {
  readonly coordinate: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly query: string;
  /** The names under which the answer holds it. */
  readonly path: readonly string[];
}

type Field = GraphQLField<unknown, unknown>;
interface Step {
  readonly name: string;
  readonly text: string;
}

/**
 * Every field of every object type that clients can reach, from the schema itself.
 * @throws Error that names a type to which no way leads.
 */
export function fieldQuestions(schema: GraphQLSchema, ids: KnownIds): readonly FieldQuestion[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  const ways = waysTo(schema.getQueryType(), ids);
  const questions: FieldQuestion[] = [];
  const rootTypes = new Set(roots.map(([, type]) => type));
  for (const [kind, type] of roots)
    for (const field of Object.values(type?.getFields() ?? {}))
      questions.push(question(kind, type?.name ?? '', [], field, ids));
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || rootTypes.has(type) || type.name.startsWith('__')) continue;
    const way = ways.get(type);
    // What only a mutation or a subscription gives is guarded with it, and by the kit's rules (platform/subgraph/guard.ts).
    if (way === undefined) continue;
    for (const field of Object.values(type.getFields()))
      questions.push(question('query', type.name, way, field, ids));
  }
  return questions.toSorted((one, other) => (one.coordinate < other.coordinate ? -1 : 1));
}

function question(
  kind: FieldQuestion['kind'],
  type: string,
  way: readonly Step[],
  field: Field,
  ids: KnownIds,
): FieldQuestion {
  const leaf = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  const steps = [...way, stepOf(field, ids)];
  const inner = steps.map(({ text }) => text).join(' { ');
  return {
    coordinate: `${type}.${field.name}`,
    kind,
    query: `${kind} { ${inner}${leaf} ${'} '.repeat(steps.length)}`.trim(),
    path: steps.map(({ name }) => name),
  };
}

/** The shortest way to each type, breadth first; a way through one thing before one through a list of them. */
function waysTo(
  root: GraphQLObjectType | null | undefined,
  ids: KnownIds,
): ReadonlyMap<GraphQLObjectType, readonly Step[]> {
  const ways = new Map<GraphQLObjectType, readonly Step[]>();
  const queue: [GraphQLObjectType, readonly Step[]][] = root ? [[root, []]] : [];
  for (const [type, way] of queue) {
    for (const field of Object.values(type.getFields())) {
      const target = getNamedType(field.type);
      if (!isObjectType(target) || target === root || ways.has(target)) continue;
      const longer = [...way, stepOf(field, ids)];
      ways.set(target, longer);
      queue.push([target, longer]);
    }
  }
  return ways;
}

function stepOf(field: Field, ids: KnownIds): Step {
  const target = getNamedType(field.type).name;
  const given = field.args
    .filter((argument) => isRequiredArgument(argument))
    .map(({ name, type }) => `${name}: ${literal(name, type, target, ids)}`);
  return { name: field.name, text: `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}` };
}

/** A value that fits: an id that exists, else the least that the type allows. */
function literal(name: string, type: GraphQLInputType, target: string, ids: KnownIds): string {
  if (isNonNullType(type)) return literal(name, type.ofType, target, ids);
  if (isListType(type)) return `[${literal(name.replace(/s$/, ''), type.ofType, target, ids)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) {
    if (type.name === 'TimeRange') return '{ period: LAST_30_DAYS }';
    const fields = Object.values(type.getFields()).filter((field) => isRequiredInputField(field));
    return `{ ${fields.map((field) => `${field.name}: ${literal(field.name, field.type, target, ids)}`).join(', ')} }`;
  }
  switch (type.name) {
    case 'Int':
    case 'Float':
      return '1';
    case 'Boolean':
      return 'true';
    case 'DateTime':
      return JSON.stringify(ids.time);
    case 'LocalDate':
      return JSON.stringify(ids.time.slice(0, 10));
    case 'TimeZone':
      return '"UTC"';
    default:
      return JSON.stringify(idFor(name, target, ids));
  }
}

function idFor(name: string, target: string, { buildingId, siteId, meterId }: KnownIds): string {
  const meant = name === 'id' ? target : name;
  if (/building/i.test(meant)) return buildingId;
  if (/site/i.test(meant)) return siteId;
  if (/meter|reading/i.test(meant)) return meterId;
  return 'x';
}
