import type { Principal } from '../../platform/identity/principal.ts';
import type { EncodedEvent, StreamEnd, Subscriber } from '../types.ts';
import type { History } from './history.ts';
import type { Upstream, UpstreamOptions } from './upstream.ts';

/** One who listens. */
export interface Member {
  readonly subscriber: Subscriber;
  readonly principal: Principal;
}

export type Opening = Awaited<Upstream['opened']>;

/** An upstream with its memory and those who listen to it. */
export interface Branch {
  /** Where it began; undefined for "from now on". */
  readonly after: string | undefined;
  readonly upstream: Upstream;
  readonly history: History;
  readonly members: Set<Member>;
  /** The last event of the stream that its members have been given, or were given before they came. */
  readonly cursor: string | undefined;
  /** Adds the member and gives it what the branch remembers of interest; what follows it gets as it comes. */
  join(member: Member, past: readonly EncodedEvent[]): Promise<Opening>;
  /** Stops the upstream and ends whoever still listens. */
  end(end: StreamEnd): void;
}

export interface BranchOptions {
  readonly after: string | undefined;
  readonly history: History;
  readonly open: (on: Pick<UpstreamOptions, 'onEvent' | 'onEnd'>) => Upstream;
  /** After each event has been delivered. */
  readonly onEvent: () => void;
  /** It is of no use any more: its source ended, or could not begin. */
  readonly onOver: () => void;
}

export function createBranch({ after, history, open, onEvent, onOver }: BranchOptions): Branch {
  const members = new Set<Member>();
  let cursor = after;

  function end(how: StreamEnd): void {
    upstream.stop();
    const left = [...members];
    members.clear();
    for (const { subscriber } of left) subscriber.end(how);
  }

  const upstream = open({
    onEvent(event) {
      history.push(event);
      cursor = event.cursor ?? cursor;
      for (const { subscriber } of members) subscriber.next(event);
      onEvent();
    },
    onEnd(how) {
      end(how);
      onOver();
    },
  });

  return {
    after,
    upstream,
    history,
    members,
    get cursor() {
      return cursor;
    },
    async join(member, past) {
      members.add(member);
      for (const event of past) member.subscriber.next(event);
      const opening = await upstream.opened;
      if (!opening.ok) {
        members.delete(member);
        onOver();
      }
      return opening;
    },
    end,
  };
}
