import type { Config } from '../../platform/config/load.ts';
import type { InternalTokenIssuer } from '../../platform/identity/internal-token.ts';
import type { Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import type { SubgraphExecutor } from '../../platform/subgraph/types.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { createRemoteSubgraph } from '../../router/federation/remote/remote-subgraph.ts';
import { buildSubgraph, type SubgraphPorts } from './build-subgraph.ts';
import { subgraphNames } from './subgraph-definitions.ts';

export interface OpenSubgraphsOptions extends SubgraphPorts {
  /** Instances of the subgraphs that run elsewhere, by name. */
  readonly urls: Config['subgraphUrls'];
  readonly internal: InternalTokenIssuer;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
}

/** Every subgraph as the router reaches it: in this process, or elsewhere where the settings say so. */
export function openSubgraphs({
  urls,
  internal,
  lifecycle,
  ...ports
}: OpenSubgraphsOptions): ReadonlyMap<string, SubgraphExecutor> {
  const { log } = ports;
  return new Map(
    subgraphNames.map((name): [string, SubgraphExecutor] => {
      const instances = urls[name];
      if (instances === undefined) return [name, buildSubgraph(name, ports)];
      const remote = createRemoteSubgraph({
        name,
        urls: instances,
        tokenFor: (principal) => internal.tokenFor(principal),
        onHealthChange: (instance) =>
          log.warn({ subgraph: name, ...instance }, 'An instance of a subgraph has changed its health.'),
      });
      return [name, lifecycle.use(`subgraph ${name}`, remote)];
    }),
  );
}
