import type { Pool } from 'pg';
import type { Bus } from '../../platform/bus/types.ts';
import { codeOf, messageOf } from '../../platform/errors/facts.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import type { BuildingFacts, SiteFacts } from './domain.ts';
import { upsertBuildings, upsertSites } from './store/upserts.ts';

/** Carried by every answer of the portfolio. */
export const portfolioTag = 'portfolio';

/** Ids, in the order given. What is neither was known as it is. */
export interface Changes {
  readonly added: readonly string[];
  readonly changed: readonly string[];
}

/** How importers and generators bring sites and buildings. Doing it again changes nothing. */
export interface PortfolioRegistry {
  /**
   * Adds sites and takes over changed facts. The last of several facts with one id counts.
   * @throws OperatorError that names the site whose facts can't be.
   */
  registerSites(sites: readonly SiteFacts[]): Promise<Changes>;
  /** The same for buildings. @throws OperatorError also for a building of an unregistered site. */
  registerBuildings(buildings: readonly BuildingFacts[]): Promise<Changes>;
}

export function createPortfolioRegistry(options: {
  readonly pool: Pool;
  /** Told of changes, so that cached answers go stale. */
  readonly bus?: Pick<Bus, 'publish'> | undefined;
}): PortfolioRegistry {
  const { pool, bus } = options;

  async function register<Facts extends { readonly id: string; readonly timeZone: string }>(
    kind: 'site' | 'building',
    facts: readonly Facts[],
    upsert: (pool: Pool, facts: readonly Facts[]) => Promise<readonly { id: string; added: boolean }[]>,
  ): Promise<Changes> {
    const byId = new Map(facts.map((one) => [one.id, one]));
    for (const { id, timeZone } of byId.values()) {
      if (!isTimeZone(timeZone)) {
        throw new OperatorError(
          `The ${kind} ${id} has the time zone "${timeZone}", which IANA does not list.`,
        );
      }
    }
    const written = new Map(
      (await explained(kind, () => upsert(pool, [...byId.values()]))).map(({ id, added }) => [id, added]),
    );
    const ids = [...byId.keys()];
    const changes = {
      added: ids.filter((id) => written.get(id) === true),
      changed: ids.filter((id) => written.get(id) === false),
    };
    if (written.size > 0) {
      await bus?.publish([
        {
          type: `eaio.portfolio.${kind}s-changed.v1`,
          source: '/subgraphs/portfolio',
          data: changes,
          tags: [portfolioTag],
        },
      ]);
    }
    return changes;
  }

  return {
    registerSites: (sites) => register('site', sites, upsertSites),
    registerBuildings: (buildings) => register('building', buildings, upsertBuildings),
  };
}

/** PostgreSQL's refusals of facts (class 23) in words for who brought them: `detail` names the row or the key. */
async function explained<T>(kind: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (!codeOf(cause).startsWith('23')) throw cause;
    const detail = typeof cause === 'object' && cause !== null && 'detail' in cause ? ` ${cause.detail}` : '';
    throw new OperatorError(`A ${kind}'s facts can't be registered: ${messageOf(cause)}.${detail}`, {
      cause,
    });
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
