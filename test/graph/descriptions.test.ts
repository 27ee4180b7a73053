import { readFileSync } from 'node:fs';
import { buildSchema, isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType } from 'graphql';

const api = buildSchema(readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'));

// Proves: graph.every-field-described
test('every field of the graph says what it is', () => {
  const fields = Object.values(api.getTypeMap())
    .filter((type) => !isIntrospectionType(type))
    .flatMap((type) =>
      isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
        ? Object.values(type.getFields()).map((field) => ({ ...field, name: `${type.name}.${field.name}` }))
        : [],
    );
  expect(fields.length).toBeGreaterThan(100);
  expect(fields.filter(({ description }) => !description?.trim()).map(({ name }) => name)).toEqual([]);
});
