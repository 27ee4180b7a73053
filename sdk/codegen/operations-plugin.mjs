import { readFileSync } from 'node:fs';

/** A graphql-codegen plugin: the table of operations by domain, from the manifest, typed by the types beside it. */
export const plugin = (_schema, _documents, config) => {
  const { operations } = JSON.parse(readFileSync(config.manifest, 'utf8'));
  const domains = [...new Set(operations.map((operation) => operation.domain))].sort();
  const typeNames = operations
    .flatMap(({ name, type }) => [`${name}${suffix(type)}`, `${name}${suffix(type)}Variables`])
    .sort();
  const table = domains.map((domain) => {
    const own = operations
      .filter((operation) => operation.domain === domain)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return `  ${domain}: {\n${own.map(entry).join('\n')}\n  },`;
  });
  return [
    '// Made by `npm run codegen` from schema/manifest.json: change schema/operations instead.',
    "import type { Operation } from '../src/operation.ts';",
    `import type {\n${typeNames.map((name) => `  ${name},`).join('\n')}\n} from './types.ts';`,
    `export const operations = {\n${table.join('\n')}\n} as const;`,
    '',
  ].join('\n\n');
};

function entry({ id, name, type, description }) {
  const method = name[0].toLowerCase() + name.slice(1);
  const types = `'${type}', ${name}${suffix(type)}, ${name}${suffix(type)}Variables`;
  return [
    `    /** ${description.replaceAll('*/', '* /').replaceAll('\n', ' ')} */`,
    `    ${method}: { id: '${id}', name: '${name}', type: '${type}' } as Operation<${types}>,`,
  ].join('\n');
}

function suffix(type) {
  return type[0].toUpperCase() + type.slice(1);
}
