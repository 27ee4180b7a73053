import type { Fault } from '../faults.ts';
import type { ManifestEntry } from '../types.ts';

/** Apollo's persisted-query manifest, with our fields beside its own in every entry. */
export interface Manifest {
  readonly format: 'apollo-persisted-query-manifest';
  readonly version: 1;
  readonly operations: readonly ManifestEntry[];
}

export type ManifestBuild =
  | { readonly ok: true; readonly manifest: Manifest }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** The text of `schema/manifest.json`: the same operations give the same bytes, whatever the order of the files. */
export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Throws with what is wrong when the text is no manifest; the operations themselves are judged at load, each alone. */
export function parseManifest(text: string): Manifest {
  const value: unknown = JSON.parse(text);
  if (
    !isRecord(value) ||
    value['format'] !== 'apollo-persisted-query-manifest' ||
    value['version'] !== 1 ||
    !Array.isArray(value['operations'])
  ) {
    throw new Error(
      'Not a persisted-query manifest: it needs `format` "apollo-persisted-query-manifest", `version` 1 and `operations`.',
    );
  }
  return { format: value['format'], version: 1, operations: value['operations'].map(parseEntry) };
}

/** Entries made by Apollo's own tools lack our fields: those get what says least. */
function parseEntry(value: unknown, index: number): ManifestEntry {
  if (!isRecord(value)) throw new Error(`operations[${index}] of the manifest is not an object.`);
  const { id, name, type, body } = value;
  if (typeof id !== 'string' || typeof name !== 'string' || typeof body !== 'string') {
    throw new Error(`operations[${index}] of the manifest needs \`id\`, \`name\` and \`body\`, all strings.`);
  }
  if (type !== 'query' && type !== 'mutation' && type !== 'subscription') {
    throw new Error(
      `operations[${index}] of the manifest has the type ${JSON.stringify(type)}; allowed are query, mutation and subscription.`,
    );
  }
  const defaults = {
    domain: '',
    description: '',
    title: name,
    keywords: [],
    responsePath: null,
    resource: null,
    resultBudget: null,
    variables: {},
  };
  return { ...defaults, ...value, id, name, type, body };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
