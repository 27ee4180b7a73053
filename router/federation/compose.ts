import { type CompositionOptions, composeServices } from '@apollo/composition';
import { type GraphQLError, parse, Source } from 'graphql';
import { mendFor } from './composition-mends.ts';

/** One subgraph's SDL, as its kit gives it. `file` is where a person finds it; line numbers are the SDL's own. */
export interface SubgraphDefinition {
  readonly name: string;
  readonly sdl: string;
  readonly file?: string | undefined;
  /** Where it is served, when the supergraph shall say so; the router's configuration may say otherwise. */
  readonly url?: string | undefined;
}

export interface CompositionFault {
  /** Federation's code, for example INVALID_FIELD_SHARING. */
  readonly code: string;
  readonly message: string;
  /** Every place that has part in it; the first is the one to look at. */
  readonly places: readonly { readonly file: string; readonly line: number; readonly column: number }[];
  /** What to change. */
  readonly mend: string;
}

export type Composition =
  | { readonly ok: true; readonly sdl: string; readonly hints: readonly string[] }
  | { readonly ok: false; readonly faults: readonly CompositionFault[] };

/** One supergraph out of the subgraphs, or every fault with file, line and mend. The order of the subgraphs does not matter. */
export function composeSupergraph(
  subgraphs: readonly SubgraphDefinition[],
  options: CompositionOptions = {},
): Composition {
  const faults: CompositionFault[] = [];
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

/** The faults as a person reads them: `file:line:column  message (CODE)` and the mend below. */
export function describeFaults(faults: readonly CompositionFault[]): string {
  return faults
    .map(({ code, message, places, mend }) => {
      const [first, ...others] = places.map(({ file, line, column }) => `${file}:${line}:${column}`);
      const also = others.length > 0 ? `\n  also at ${others.join(', ')}` : '';
      return `${first ?? 'all subgraphs'}  ${message} (${code})${also}\n  mend: ${mend}`;
    })
    .join('\n');
}

function faultOf(error: GraphQLError, fileOf: ReadonlyMap<string, string>): CompositionFault {
  const code = typeof error.extensions['code'] === 'string' ? error.extensions['code'] : 'INVALID_GRAPHQL';
  return { code, message: error.message, places: placesOf(error, fileOf), mend: mendFor(code) };
}

function placesOf(error: GraphQLError, fileOf: ReadonlyMap<string, string>): CompositionFault['places'] {
  if (error.source && error.locations) {
    const file = error.source.name;
    if ([...fileOf.values()].includes(file))
      return error.locations.map(({ line, column }) => ({ file, line, column }));
  }
  return (error.nodes ?? []).flatMap((node) => {
    const start = node.loc?.startToken;
    if (!start) return [];
    const subgraph = 'subgraph' in node && typeof node.subgraph === 'string' ? node.subgraph : undefined;
    const file =
      (subgraph === undefined ? undefined : fileOf.get(subgraph)) ?? node.loc?.source.name ?? 'unknown';
    return [{ file, line: start.line, column: start.column }];
  });
}
