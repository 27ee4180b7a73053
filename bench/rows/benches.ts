import type { Bench } from '../measure/bench.ts';
import { answers } from './answers.ts';
import { cached } from './cached.ts';
import { importing } from './import.ts';
import { ingest } from './ingest.ts';
import { start } from './start.ts';
import { uncached } from './uncached.ts';

/** All that is measured, in the order of the table. */
export const benches: readonly Bench[] = [cached, uncached, answers, importing, ingest, start];
