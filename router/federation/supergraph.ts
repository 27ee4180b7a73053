import { createHash } from 'node:crypto';
import {
  DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph as FederatedGraph,
  type Schema,
} from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { type RequiredArguments, requiredArguments } from './own-keys.ts';

/**
 * What the executor and we ourselves do for the features that a supergraph may mark as vital. `@context` is not among
 * them: the gateway's executor does not carry its rewrites out, so a supergraph with it must be refused.
 */
const supportedFeatures = new Set([
  ...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  'https://specs.apollo.dev/requiresScopes/v0.1',
  'https://specs.apollo.dev/cost/v0.1',
]);

/** One composed graph with all that planning and running against it needs. Immutable: a new graph is a new object. */
export interface Supergraph {
  /** SHA-256 of the SDL, hex. */
  readonly hash: string;
  readonly sdl: string;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** The same in the words of Apollo's packages, which plan and shape by it. */
  readonly apiSchema: Schema;
  /** All of it, with the directives that say which subgraph has what. */
  readonly supergraphSchema: GraphQLSchema;
  readonly planner: QueryPlanner;
  readonly requiredArguments: RequiredArguments;
  /** Names of the subgraphs, and the addresses that the SDL gives them (empty when it gives none). */
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
}

/** Throws with what is wrong when the SDL is not a supergraph, or asks for a feature that we don't carry out. */
export function loadSupergraph(sdl: string): Supergraph {
  const graph = FederatedGraph.build(sdl, { supportedFeatures });
  const apiSchema = graph.apiSchema();
  const supergraphSchema = graph.schema.toGraphQLJSSchema();
  return Object.freeze({
    hash: createHash('sha256').update(sdl).digest('hex'),
    sdl,
    schema: apiSchema.toGraphQLJSSchema(),
    apiSchema,
    supergraphSchema,
    requiredArguments: requiredArguments(supergraphSchema),
    // With documents in the plan's fetches a subgraph in process need not parse them.
    planner: new QueryPlanner(graph, { exposeDocumentNodeInFetchNode: true }),
    subgraphs: graph.subgraphsMetadata(),
  });
}
