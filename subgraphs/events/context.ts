import type { DeadLetters } from '../../platform/bus/dead/dead-letters.ts';
import type { Overview } from '../../platform/bus/overview.ts';
import type { Replays } from '../../platform/bus/replay/replay.ts';
import type { BaseContext } from '../../platform/subgraph/types.ts';

/** What the resolvers of the event bus have beside what every subgraph's have. */
export interface EventsContext extends BaseContext {
  readonly overview: Overview;
  readonly deadLetters: Pick<DeadLetters, 'list' | 'find' | 'retry' | 'discard' | 'count'>;
  readonly replays: Replays;
}
