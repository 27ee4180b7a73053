import { readdirSync, readFileSync } from 'node:fs';
import { type DocumentNode, type InputValueDefinitionNode, Kind, parse, print } from 'graphql';

/** Values whose names say all there is to say. */
const selfEvident = new Set([
  ...['MeterType.ELECTRICITY', 'MeterType.STEAM', 'MeterType.GAS', 'MeterType.WATER', 'MeterType.IRRIGATION'],
  ...['Interval.HOUR', 'Interval.DAY', 'Interval.MONTH', 'PulseStatus.NORMAL'],
  ...['BuildingOrder.ID', 'BuildingOrder.NAME'],
  ...[
    'EDUCATION',
    'HEALTHCARE',
    'OFFICE',
    'OTHER',
    'PARKING',
    'RELIGIOUS',
    'RETAIL',
    'SERVICES',
    'UTILITY',
  ].map((use) => `PrimaryUse.${use}`),
]);

const domains = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe.each(domains)('the SDL of %s', (domain) => {
  const document = parse(readFileSync(`${import.meta.dirname}/${domain}/schema.graphql`, 'utf8'));

  // Proves: graph.every-field-described
  test('describes every type, field, argument and value whose name does not say all', () => {
    const bare = namesOf(document).flatMap(({ name, described }) => (described ? [] : [name]));
    expect(bare.filter((name) => !selfEvident.has(name))).toEqual([]);
  });

  test('says of every field that is cut by `first` how long its list may be, and bounds its cost by it', () => {
    for (const { name, field } of fieldsOf(document)) {
      const first = field.arguments?.find((argument) => argument.name.value === 'first');
      const listSize = field.directives?.find((directive) => directive.name.value === 'listSize');
      expect([name, first !== undefined]).toEqual([name, listSize !== undefined]);
      if (first !== undefined)
        expect([name, first.description?.value]).toEqual([name, expect.stringMatching(/^1 to [\d,]+\.$/)]);
    }
  });
});

function fieldsOf({ definitions }: DocumentNode) {
  return definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION
      ? (definition.fields ?? []).map((field) => ({
          name: `${definition.name.value}.${field.name.value}`,
          field,
          own: field.directives?.every((directive) => directive.name.value !== 'external') ?? true,
        }))
      : [],
  );
}

/** One value of a type of ours (`range: TimeRange!`): the type's description says what it is. A list must say what its absence means. */
const ofDescribedType = ({ type }: InputValueDefinitionNode): boolean =>
  !/^(\[|(ID|Int|Float|String|Boolean|DateTime|LocalDate)\b)/.test(print(type));

interface Named {
  readonly name: string;
  readonly described: boolean;
}

function namesOf(document: DocumentNode): readonly Named[] {
  const named = (name: string, { description }: { readonly description?: unknown }): Named => ({
    name,
    described: description !== undefined,
  });
  const fields = fieldsOf(document)
    .filter(({ own }) => own)
    .flatMap(({ name, field }) => [
      named(name, field),
      ...(field.arguments ?? [])
        .filter((argument) => !ofDescribedType(argument))
        .map((argument) => named(`${name}(${argument.name.value})`, argument)),
    ]);
  const others = document.definitions.flatMap((definition) => {
    switch (definition.kind) {
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return [
          named(definition.name.value, definition),
          ...(definition.fields ?? [])
            .filter((field) => !ofDescribedType(field))
            .map((field) => named(`${definition.name.value}.${field.name.value}`, field)),
        ];
      case Kind.ENUM_TYPE_DEFINITION:
        return [
          named(definition.name.value, definition),
          ...(definition.values ?? []).map((value) =>
            named(`${definition.name.value}.${value.name.value}`, value),
          ),
        ];
      case Kind.OBJECT_TYPE_DEFINITION:
        return ['Query', 'Mutation', 'Subscription'].includes(definition.name.value)
          ? []
          : [named(definition.name.value, definition)];
      case Kind.SCALAR_TYPE_DEFINITION:
        return [named(definition.name.value, definition)];
      default:
        return [];
    }
  });
  return [...fields, ...others];
}
