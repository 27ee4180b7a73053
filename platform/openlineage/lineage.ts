import { randomUUID } from 'node:crypto';
import { messageOf } from '../errors/facts.ts';
import type { Logger } from '../telemetry/logger.ts';
import {
  type Dataset,
  type OutputDataset,
  type RunEvent,
  type RunFacts,
  type RunState,
  toRunEvent,
} from './run-event.ts';

/** Takes run events. What it throws is logged, and never disturbs the job. */
export interface LineageSink {
  readonly name: string;
  record(event: RunEvent): Promise<void>;
}

export interface JobFacts {
  readonly job: string;
  readonly description: string;
  readonly inputs: readonly Dataset[];
  readonly outputs: readonly OutputDataset[];
}

/** A job under way, which learns what it reads and writes as it goes. */
export interface JobRun {
  readonly runId: string;
  /** What is told at the end, in place of what was told at the start. */
  describe(learned: {
    readonly inputs?: readonly Dataset[];
    readonly outputs?: readonly OutputDataset[];
  }): void;
}

/** Tells of batch jobs by OpenLineage. */
export interface Lineage {
  /**
   * Runs a job between its START and its COMPLETE, FAIL (it threw) or ABORT (it threw because `signal` had aborted).
   * Its outcome is the job's own, whatever becomes of the events.
   */
  run<T>(facts: JobFacts, work: (run: JobRun) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export interface CreateLineageOptions {
  readonly sinks: readonly LineageSink[];
  readonly log: Pick<Logger, 'warn'>;
  /** Unix ms. */
  readonly clock?: (() => number) | undefined;
}

export function createLineage({ sinks, log, clock = Date.now }: CreateLineageOptions): Lineage {
  const tell = async (facts: RunFacts, state: RunState, error?: string): Promise<void> => {
    const event = toRunEvent(facts, { state, timeMs: clock(), error });
    await Promise.all(
      sinks.map(async (sink) => {
        try {
          await sink.record(event);
        } catch (err) {
          log.warn(
            { err, sink: sink.name, job: facts.job, state },
            'A lineage event was not taken; the job goes on.',
          );
        }
      }),
    );
  };

  return {
    async run(facts, work, signal) {
      let told: RunFacts = { ...facts, runId: randomUUID() };
      await tell(told, 'START');
      try {
        const result = await work({
          runId: told.runId,
          describe(learned) {
            told = { ...told, ...learned };
          },
        });
        await tell(told, 'COMPLETE');
        return result;
      } catch (error) {
        const aborted = signal?.aborted === true;
        await tell(told, aborted ? 'ABORT' : 'FAIL', aborted ? undefined : messageOf(error));
        throw error;
      }
    },
  };
}

/** Tells nobody: for whoever runs jobs without a database to tell it to. */
export const untold: Lineage = {
  run: (_facts, work) => work({ runId: randomUUID(), describe: () => undefined }),
};
