import { createSubgraphServer } from '../../platform/subgraph/server/create-server.ts';
import { createIntake } from '../../subgraphs/energy/ingestion/intake.ts';
import { buildSubgraph } from '../graph/build-subgraph.ts';
import { openQuality } from '../graph/open-quality.ts';
import type { SubgraphName } from '../graph/subgraph-definitions.ts';
import { openGround } from './ground.ts';
import { createSubgraphVerifier } from './identity.ts';
import type { PreparedRole, RoleContext } from './role.ts';

/** One domain behind a door of its own, for an edge that runs elsewhere (`SUBGRAPH_<NAME>_URLS`). */
export async function createSubgraphRole(name: SubgraphName, context: RoleContext): Promise<PreparedRole> {
  const { config, log, lifecycle } = context;
  const { pool, bus } = await openGround(context, name);
  const ingestion = createIntake({ pool, bus });
  const { openLineageUrl } = config.services;
  const quality = await openQuality({ pool, bus, log, lifecycle, openLineageUrl });
  const subgraph = buildSubgraph(name, { pool, bus, ingestion, quality, log });
  const verifier = await createSubgraphVerifier(config);
  return {
    async serve() {
      const { host, port } = config.http;
      const server = await createSubgraphServer(subgraph, {
        host,
        port,
        verifier,
        log,
        ready: async () => void (await pool.query('select 1')),
        maxBodyBytes: config.limits.ingestBytes,
      });
      lifecycle.use('server', server);
      return `The subgraph ${name} serves at ${server.url}/graphql.`;
    },
  };
}
