import { loadConfig } from '../../platform/config/load.ts';
import { internalAudience } from '../../platform/identity/internal-token.ts';
import { loadOrCreateLocalKey } from '../../platform/identity/local-key.ts';
import { createTokenIssuer } from '../../platform/identity/token-issuer.ts';
import type { Ground } from '../ground/ground.ts';

/** A token that subgraphs take, good for the whole run: the reference need not sign one per caller, as we do. */
export async function internalToken({ dataDir }: Pick<Ground, 'dataDir'>): Promise<string> {
  const { identity } = loadConfig({});
  const issuer = createTokenIssuer({
    key: await loadOrCreateLocalKey(dataDir),
    issuer: identity.issuer,
    audience: internalAudience(identity.audience),
  });
  return await issuer.issue({ subject: 'bench:gateway', roles: ['viewer'] });
}
