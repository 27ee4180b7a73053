import { pino } from 'pino';
import type { InternalTokenIssuer } from '../../../platform/identity/internal-token.ts';
import type { TokenVerifier } from '../../../platform/identity/token-verifier.ts';
import { createSubgraphServer } from '../../../platform/subgraph/server/create-server.ts';
import type { Subgraph, SubgraphExecutor } from '../../../platform/subgraph/types.ts';
import { createRemoteSubgraph } from '../remote/remote-subgraph.ts';

/** The two ways in which the router reaches a subgraph; answers must not differ. */
export const modes = ['in process', 'remote'] as const;
export type Mode = (typeof modes)[number];

export interface Reached extends AsyncDisposable {
  readonly subgraph: (name: string) => SubgraphExecutor | undefined;
}

interface Identity {
  readonly internalIssuer: InternalTokenIssuer;
  readonly internalVerifier: TokenVerifier;
}

/** The subgraphs as the router gets them; remote ones are served on ports of their own, over real HTTP and WebSocket. */
export async function reach(
  subgraphs: readonly Subgraph[],
  mode: Mode,
  identity: Identity,
): Promise<Reached> {
  await using made = new AsyncDisposableStack();
  const executors = new Map<string, SubgraphExecutor>();
  for (const subgraph of subgraphs) {
    if (mode === 'in process') {
      executors.set(subgraph.name, subgraph);
      continue;
    }
    const server = made.use(
      await createSubgraphServer(subgraph, {
        host: '127.0.0.1',
        port: 0,
        verifier: identity.internalVerifier,
        log: pino({ level: 'silent' }),
      }),
    );
    const remote = createRemoteSubgraph({
      name: subgraph.name,
      urls: [`${server.url}/graphql`],
      tokenFor: (principal) => identity.internalIssuer.tokenFor(principal),
    });
    executors.set(subgraph.name, made.use(remote));
  }
  const stack = made.move();
  return { subgraph: (name) => executors.get(name), [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
