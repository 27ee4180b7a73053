import { openGround } from '../ground/ground.ts';
import { openSystem } from '../ground/system.ts';
import { openLoad } from '../load/load.ts';
import type { Stage } from './bench.ts';

export interface StageOptions extends Pick<Stage, 'quick' | 'databaseUrl' | 'say'> {}

const buildings = 12;

/** The stage of one run; closing it leaves nothing running and no folder behind. */
export function createStage({ quick, databaseUrl, say }: StageOptions): Stage & AsyncDisposable {
  const made = new AsyncDisposableStack();
  const once = <T extends AsyncDisposable>(what: string, open: () => Promise<T>): (() => Promise<T>) => {
    let opened: Promise<T> | undefined;
    return () => {
      if (opened === undefined) {
        say(what);
        opened = open().then((resource) => made.use(resource));
      }
      return opened;
    };
  };
  const ground = once('starting PostgreSQL and Redis', openGround);
  return {
    quick,
    rounds: quick ? 2 : 5,
    seconds: quick ? 2 : 5,
    databaseUrl,
    say,
    ground,
    system: once(`loading ${buildings} buildings, starting the edge and the subgraphs`, async () =>
      openSystem(await ground(), buildings),
    ),
    load: once('starting the load generator', openLoad),
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
}
