import type { Ground } from '../ground/ground.ts';
import type { System } from '../ground/system.ts';
import type { Load } from '../load/load.ts';
import type { Row } from './row.ts';

/** What a measurement works with. Whatever it asks for is made at the first call, shared, and closed at the end of the run. */
export interface Stage {
  /** Shorter rounds, smaller numbers. */
  readonly quick: boolean;
  readonly rounds: number;
  /** Of one measurement under load. */
  readonly seconds: number;
  /** An existing database to answer from, instead of a small one of our own. */
  readonly databaseUrl: string | undefined;
  ground(): Promise<Ground>;
  system(): Promise<System>;
  load(): Promise<Load>;
  /** What goes on, for whoever waits. */
  say(text: string): void;
}

/** One measurement; several rows come of it. */
export interface Bench {
  /** For `--only`. */
  readonly name: string;
  readonly about: string;
  run(stage: Stage): Promise<readonly Row[]>;
}
