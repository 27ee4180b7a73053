import type { Bench } from '../measure/bench.ts';
import { answers } from './answers.ts';
import { cached } from './cached.ts';
import { importing } from './import.ts';
import { ingest } from './ingest.ts';
import { script } from './script.ts';
import { start } from './start.ts';
import { uncached } from './uncached.ts';

/** All that is measured, in the order of the table. */
export const benches: readonly Bench[] = [
  cached,
  script('cache', 'a hit of the response cache, beside a look into a Map'),
  uncached,
  script('subscriptions', 'event to 1,000, 5,000 and 10,000 WebSocket subscribers', ({ quick }) =>
    quick ? ['1000'] : ['1000', '5000', '10000'],
  ),
  script('mcp', 'MCP calls beside a bare SDK server, lists, listeners', ({ seconds }) => [String(seconds)]),
  answers,
  importing,
  ingest,
  start,
];
