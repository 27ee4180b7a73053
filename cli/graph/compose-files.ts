import { printSchema } from 'graphql';
import { describeFaults, type Fault } from '../../router/faults.ts';
import { composeSupergraph } from '../../router/federation/compose.ts';
import { loadSupergraph } from '../../router/federation/supergraph.ts';
import { buildManifest } from '../../router/operations/build-manifest.ts';
import { printManifest } from '../../router/operations/manifest.ts';
import { readOperationFiles } from '../../router/operations/operation-file.ts';
import { subgraphDefinitions } from './subgraph-definitions.ts';

/** A committed file that is made from others. Paths are relative to the repository. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

export type ComposedFiles =
  | { readonly ok: true; readonly files: readonly GeneratedFile[]; readonly operations: number }
  /** Every fault with file, line and mend, ready to be printed. */
  | { readonly ok: false; readonly faults: string };

/**
 * The supergraph out of the subgraphs' schemas, what clients see of it, and the manifest out of the operations:
 * what the router starts from, and the SDK is generated from.
 */
export async function composeFiles({
  operationsDir,
}: {
  readonly operationsDir: string;
}): Promise<ComposedFiles> {
  const composition = composeSupergraph(await subgraphDefinitions());
  if (!composition.ok) return refused(composition.faults);
  const { schema } = loadSupergraph(composition.sdl);
  const build = buildManifest(await readOperationFiles(operationsDir), schema);
  if (!build.ok) return refused(build.faults);
  return {
    ok: true,
    operations: build.manifest.operations.length,
    files: [
      { path: 'schema/supergraph.graphql', text: composition.sdl },
      { path: 'schema/api.graphql', text: `${printSchema(schema)}\n` },
      { path: 'schema/manifest.json', text: printManifest(build.manifest) },
    ],
  };
}

const refused = (faults: readonly Fault[]): ComposedFiles => ({ ok: false, faults: describeFaults(faults) });
