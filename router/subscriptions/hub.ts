import { EaioError } from '../../platform/errors/eaio-error.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import type { OnFault } from '../answers.ts';
import { questionKey } from '../cache/question-key.ts';
import type { Executor } from '../federation/types.ts';
import type { StreamEnd } from '../types.ts';
import type { Member } from './branch.ts';
import { failedEvent } from './encode-event.ts';
import type { HistoryOptions } from './history.ts';
import { createStream, type Stream } from './stream.ts';
import type { Attached, Hub, StreamRequest } from './types.ts';

export interface HubOptions {
  readonly executor: Pick<Executor, 'subscribePrimary' | 'executeRest'>;
  /** What is remembered of each stream for those who come late or come back. */
  readonly history?: HistoryOptions;
  /** Told of faults of ours; clients get a general word. */
  readonly onFault: OnFault;
  /** How often it is looked for streams whose caller's token has ended; default 1 s. */
  readonly sweepMs?: number;
  /** See `UpstreamOptions`. */
  readonly maxAtOnce?: number;
  readonly now?: () => number;
}

/** A stream and the principal in whose name it is held open: of all who listened, the one whose token lives longest. */
interface Shared {
  readonly stream: Stream;
  sponsor: Principal;
}

export function createHub(options: HubOptions): Hub {
  const { executor, history = {}, onFault, sweepMs = 1_000, maxAtOnce = 8, now = Date.now } = options;
  const streams = new Map<string, Shared>();
  let closed = false;

  function sharedFor({ planned, variables, principal }: StreamRequest): Shared {
    const key = questionKey({ planned, variables, principal });
    const known = streams.get(key);
    if (known) {
      if (principal.expiresAtMs > known.sponsor.expiresAtMs) known.sponsor = principal;
      return known;
    }
    const stream = createStream({
      ...{ executor, planned, variables, history, onFault, maxAtOnce, now },
      sponsor: () => shared.sponsor,
      onEmpty() {
        if (streams.get(key) === shared) streams.delete(key);
      },
    });
    const shared: Shared = { stream, sponsor: principal };
    streams.set(key, shared);
    return shared;
  }

  function endExpired(): void {
    const atMs = now();
    for (const { stream } of streams.values())
      for (const member of [...stream.members()]) {
        if (member.principal.expiresAtMs > atMs) continue;
        stream.leave(member);
        member.subscriber.end({ kind: 'expired' });
      }
  }

  const sweeping = setInterval(endExpired, sweepMs);
  sweeping.unref();

  return {
    async attach(request, subscriber): Promise<Attached> {
      if (closed) {
        const error = new EaioError('SHUTTING_DOWN', 'This process is going down; another one answers.');
        return { ok: false, result: failedEvent(error) };
      }
      const { stream } = sharedFor(request);
      // The end of a stream may come from several sides, and a subscriber hears of it once.
      let over = false;
      const member: Member = {
        principal: request.principal,
        subscriber: {
          next(event) {
            if (!over) subscriber.next(event);
          },
          end(how: StreamEnd) {
            if (over) return;
            over = true;
            subscriber.end(how);
          },
        },
      };
      const opening = await stream.join(member, request.after);
      if (!opening.ok) return { ok: false, result: opening.result };
      return {
        ok: true,
        leave() {
          over = true;
          stream.leave(member);
        },
      };
    },

    get counts() {
      let subscribers = 0;
      for (const { stream } of streams.values()) for (const _ of stream.members()) subscribers += 1;
      return { upstreams: streams.size, subscribers };
    },

    async [Symbol.asyncDispose]() {
      closed = true;
      clearInterval(sweeping);
      for (const { stream } of [...streams.values()]) stream.end({ kind: 'draining' });
    },
  };
}
