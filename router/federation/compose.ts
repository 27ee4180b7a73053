import { type CompositionOptions, composeServices } from '@apollo/composition';
import { type GraphQLError, parse, Source } from 'graphql';
import type { Fault, Place } from '../faults.ts';
import { mendFor } from './composition-mends.ts';

/** One subgraph's SDL, as its kit gives it. `file` is where a person finds it; line numbers are the SDL's own. */
export interface SubgraphDefinition {
  readonly name: string;
  readonly sdl: string;
  readonly file?: string | undefined;
  /** Where it is served, when the supergraph shall say so; the router's configuration may say otherwise. */
  readonly url?: string | undefined;
}

export type Composition =
  | { readonly ok: true; readonly sdl: string; readonly hints: readonly string[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** One supergraph out of the subgraphs, or every fault with file, line and mend. The order of the subgraphs does not matter. */
export function composeSupergraph(
  subgraphs: readonly SubgraphDefinition[],
  options: CompositionOptions = {},
): Composition {
  const faults: Fault[] = [];
  const fileOf = new Map(subgraphs.map(({ name, file }) => [name, file ?? `${name}.graphql`]));
  const services = subgraphs
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, sdl, url }) => {
      try {
        return [{ name, url: url ?? '', typeDefs: parse(new Source(sdl, fileOf.get(name) ?? name)) }];
      } catch (error) {
        faults.push(faultOf(error as GraphQLError, fileOf));
        return [];
      }
    });
  if (faults.length > 0) return { ok: false, faults };
  const result = composeServices(services, options);
  if (result.errors) return { ok: false, faults: result.errors.map((error) => faultOf(error, fileOf)) };
  return { ok: true, sdl: `${result.supergraphSdl.trimEnd()}\n`, hints: result.hints.map(String) };
}

function faultOf(error: GraphQLError, fileOf: ReadonlyMap<string, string>): Fault {
  const code = typeof error.extensions['code'] === 'string' ? error.extensions['code'] : 'INVALID_GRAPHQL';
  return { code, message: error.message, places: placesOf(error, fileOf), mend: mendFor(code) };
}

/** Of a syntax error the source alone is known; of anything else the nodes, each from the file of its own subgraph. */
function placesOf(error: GraphQLError, fileOf: ReadonlyMap<string, string>): readonly Place[] {
  const { source, locations = [], nodes = [] } = error;
  if (nodes.length === 0)
    return locations.map(({ line, column }) => ({ file: source?.name ?? 'unknown', line, column }));
  return nodes.flatMap((node) => {
    if (!node.loc) return [];
    const subgraph = 'subgraph' in node ? String(node.subgraph) : '';
    const { line, column } = node.loc.startToken;
    return [{ file: fileOf.get(subgraph) ?? node.loc.source.name, line, column }];
  });
}
