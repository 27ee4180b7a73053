import type { StreamEnd } from '../types.ts';
import { type Branch, createBranch, type Member, type Opening } from './branch.ts';
import { createHistory, type HistoryOptions } from './history.ts';
import { openUpstream, type UpstreamOptions } from './upstream.ts';

export interface StreamOptions extends Omit<UpstreamOptions, 'after' | 'onEvent' | 'onEnd'> {
  readonly history: HistoryOptions;
  /** Nobody listens any more, and nothing upstream is open. */
  readonly onEmpty: () => void;
}

/**
 * All equal subscriptions of this process. Most listen to the main branch. Who comes back with a cursor that the main
 * branch does not remember listens to a branch of its own, from the cursor on, until the last event of that one is
 * one that the main branch remembers: from there it is served out of that memory, and joins. So it gets every event once
 * and in order. Those who come back with the same cursor share that branch.
 */
export interface Stream {
  /** `subscriber.next` and `end` may be called before this has resolved. */
  join(member: Member, after: string | undefined): Promise<Opening>;
  leave(member: Member): void;
  members(): IterableIterator<Member>;
  end(end: StreamEnd): void;
}

export function createStream({ history, onEmpty, ...upstream }: StreamOptions): Stream {
  const behind = new Set<Branch>();
  let main: Branch | undefined;

  function grow(after: string | undefined, onOver: () => void): Branch {
    return createBranch({
      after,
      history: createHistory(history),
      open: (on) => openUpstream({ ...upstream, after, ...on }),
      onEvent: settle,
      onOver() {
        onOver();
        closeIfEmpty();
      },
    });
  }

  function mainBranch(): Branch {
    if (main) return main;
    const grown = grow(undefined, () => {
      if (main === grown) main = undefined;
    });
    main = grown;
    return grown;
  }

  function branchFrom(after: string): Branch {
    for (const branch of behind) if (branch.after === after && branch.history.whole()) return branch;
    const grown = grow(after, () => void behind.delete(grown));
    behind.add(grown);
    return grown;
  }

  /** Moves the members of every branch that has caught up with the main one. */
  function settle(): void {
    for (const branch of main ? behind : []) {
      const missing = branch.cursor === undefined ? undefined : main?.history.after(branch.cursor);
      if (!missing) continue;
      behind.delete(branch);
      branch.upstream.stop();
      for (const member of branch.members) void main?.join(member, missing);
    }
  }

  function* branches(): IterableIterator<Branch> {
    if (main) yield main;
    yield* behind;
  }

  function* members(): IterableIterator<Member> {
    for (const branch of branches()) yield* branch.members;
  }

  function closeIfEmpty(): void {
    if (members().next().done !== true) return;
    for (const branch of branches()) branch.upstream.stop();
    behind.clear();
    main = undefined;
    onEmpty();
  }

  return {
    async join(member, after) {
      if (after === undefined) {
        const branch = mainBranch();
        return await branch.join(member, branch.history.latest());
      }
      const missed = main?.history.after(after);
      if (main && missed) return await main.join(member, missed);
      mainBranch();
      const branch = branchFrom(after);
      return await branch.join(member, branch.history.whole() ?? []);
    },

    leave(member) {
      for (const branch of branches()) branch.members.delete(member);
      for (const branch of behind) {
        if (branch.members.size > 0) continue;
        branch.upstream.stop();
        behind.delete(branch);
      }
      closeIfEmpty();
    },

    members,

    end(how) {
      for (const branch of branches()) branch.end(how);
      closeIfEmpty();
    },
  };
}
