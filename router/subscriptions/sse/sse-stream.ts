import type { ServerResponse } from 'node:http';
import type { Principal } from '../../../platform/identity/principal.ts';
import type { EncodedEvent, StreamEnd } from '../../types.ts';
import type { Dismissal, Guest } from '../keeper.ts';
import { OutletFeeder, type QueueBounds } from '../outlet.ts';

const nextEvent = Buffer.from('event: next\ndata: ');
const blankLine = Buffer.from('\n\n');
/** `data` may not be missing: browsers' EventSource would not tell of the event. */
const completeEvent = 'event: complete\ndata:\n\n';

const dismissals = {
  expired: 'The token has expired: open the stream again with a new one.',
  revoked: 'The permission was revoked.',
} as const satisfies Record<Dismissal, string>;

export interface SseStreamOptions {
  readonly response: ServerResponse;
  readonly principal: Principal;
  readonly bounds: QueueBounds;
  readonly now: () => number;
  /** The client has gone, or there is nothing more to send. */
  readonly onClose: () => void;
}

/** One operation as GraphQL over Server-Sent Events, distinct connections mode. */
export interface SseStream extends Guest {
  next(event: EncodedEvent): void;
  /** One result without a cursor. */
  result(body: Buffer): void;
  end(how: StreamEnd): void;
}

export function openSseStream(options: SseStreamOptions): SseStream {
  const { response, principal, bounds, now, onClose } = options;

  const feeder = new OutletFeeder(
    {
      write: ({ payload, cursor }) => response.write(frame(payload, cursor)),
      onDrain: (resume) => void response.once('drain', resume),
    },
    { bounds, sinceMs: now() },
  );

  const complete = (): void => void response.end(completeEvent);

  function refuse(message: string): void {
    const errors = [{ message, extensions: { code: 'UNAUTHENTICATED', retryable: false } }];
    response.write(frame(Buffer.from(JSON.stringify({ errors })), undefined));
    complete();
  }

  response.once('close', onClose);
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    // Proxies of the nginx kind would hold events back.
    'x-accel-buffering': 'no',
  });
  // Some browsers take the stream for open only when something has come.
  response.write(':\n\n');

  return {
    principal,
    next: (event) => feeder.next(event),
    result(body) {
      response.write(frame(body, undefined));
      complete();
    },
    end(how) {
      feeder.end(() => {
        switch (how.kind) {
          case 'complete':
            return complete();
          case 'failed':
            response.write(
              frame(Buffer.concat([Buffer.from('{"errors":'), how.payload, Buffer.from('}')]), undefined),
            );
            return complete();
          case 'expired':
            return refuse(dismissals.expired);
          case 'draining':
            // No `complete`: the client shall come again, and finds another process.
            return void response.end();
        }
      });
    },
    beat: () => void response.write(':\n\n'),
    dismiss: (why) => refuse(dismissals[why]),
  };
}

/** The cursor is the event's id: EventSource sends the last one by itself when it comes back (`Last-Event-ID`). */
function frame(payload: Buffer, cursor: string | undefined): Buffer {
  const id = cursor === undefined || /[\r\n\0]/.test(cursor) ? '' : `id: ${cursor}\n`;
  return Buffer.concat([Buffer.from(id), nextEvent, payload, blankLine]);
}
