import { readFileSync } from 'node:fs';
import type { DeadLetters } from '../../platform/bus/dead/dead-letters.ts';
import type { Overview } from '../../platform/bus/overview.ts';
import type { Replays } from '../../platform/bus/replay/replay.ts';
import { createSubgraph } from '../../platform/subgraph/create-subgraph.ts';
import type { Subgraph } from '../../platform/subgraph/types.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { EventsContext } from './context.ts';
import { resolvers } from './resolvers.ts';

const sdl = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8');

export interface EventsSubgraphOptions {
  readonly overview: Overview;
  readonly deadLetters: Pick<DeadLetters, 'list' | 'find' | 'retry' | 'discard' | 'count'>;
  readonly replays: Replays;
  readonly log: Pick<Logger, 'error' | 'warn'>;
}

/** The event bus as data: topics, who reads them, what was given up, and replays. Whoever serves it keeps the audit of mutations. */
export function createEventsSubgraph({ log, ...ports }: EventsSubgraphOptions): Subgraph {
  return createSubgraph<EventsContext>({
    name: 'events',
    sdl,
    resolvers,
    log,
    context: (base) => ({ ...base, ...ports }),
  });
}
