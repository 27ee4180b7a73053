import type { GraphQLSchema } from 'graphql';
import type { Fault } from '../faults.ts';
import type { ManifestEntry } from '../types.ts';
import { checkOperation } from './check-operation.ts';
import type { ManifestBuild } from './manifest.ts';
import { manifestEntry } from './manifest-entry.ts';
import type { OperationFile } from './operation-file.ts';
import { withToolDirectives } from './tool-directives.ts';

/** The manifest of all operations, or every fault of all of them. `schema` is the API schema of the supergraph. */
export function buildManifest(files: readonly OperationFile[], schema: GraphQLSchema): ManifestBuild {
  const written = withToolDirectives(schema);
  const faults: Fault[] = [...checkUniqueNames(files)];
  const operations: ManifestEntry[] = [];
  for (const file of files) {
    const checked = checkOperation(file, written);
    if (checked.ok) operations.push(manifestEntry(file, checked.document, checked.operation));
    else faults.push(...checked.faults);
  }
  if (faults.length > 0) return { ok: false, faults };
  operations.sort((a, b) =>
    a.domain === b.domain ? (a.name < b.name ? -1 : 1) : a.domain < b.domain ? -1 : 1,
  );
  return { ok: true, manifest: { format: 'apollo-persisted-query-manifest', version: 1, operations } };
}

/** Names are unique over all domains: a tool, an SDK method and the catalogue find an operation by its name alone. */
function checkUniqueNames(files: readonly OperationFile[]): readonly Fault[] {
  return [...Map.groupBy(files, ({ name }) => name)]
    .filter(([, same]) => same.length > 1)
    .map(([name, same]) => ({
      code: 'NAME_TAKEN',
      message: `${same.length} operations are named "${name}".`,
      places: same.map(({ path }) => ({ file: path, line: 0, column: 0 })),
      mend: 'Rename all but one of them, file and operation.',
    }));
}
