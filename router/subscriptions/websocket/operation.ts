import type { Router, RouterAnswer, RouterRequest, StreamEnd } from '../../types.ts';
import { kindOf } from '../kind-of.ts';
import { OutletFeeder, type QueueBounds } from '../outlet.ts';
import type { ConnectionContext } from './connection.ts';

export interface OperationOptions {
  readonly router: Router;
  readonly context: ConnectionContext;
  readonly id: string;
  readonly request: RouterRequest;
  readonly bounds: QueueBounds;
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
}

/** To graphql-ws, a source that yields nothing and ends when the operation is over. */
export type Operation = AsyncIterableIterator<never, undefined>;

type Done = IteratorReturnResult<undefined>;
const done: Done = { done: true, value: undefined };

/**
 * One operation of a connection, from `subscribe` to `complete`. Results are written to the socket as bytes that all
 * subscribers share; every other message is graphql-ws' own. It begins when graphql-ws first asks for a value, which
 * is when it has noted that the operation exists and will tell (`return`) that the client has completed it.
 */
export function createOperation(options: OperationOptions): Operation {
  const { router, context, id, request, bounds, now, onFault } = options;
  const { connection } = context.extra;
  const quotedId = JSON.stringify(id);
  const over = Promise.withResolvers<Done>();
  let left = false;
  let leave = (): void => {};

  const feeder = new OutletFeeder(
    {
      write: ({ payload }) => connection.sendNext(quotedId, payload),
      onDrain: (resume) => connection.onDrain(resume),
    },
    { bounds, sinceMs: now() },
  );

  /** The protocol's `error` ends the operation without a `complete`: graphql-ws sends none for what it does not know. */
  function fail(errors: string): void {
    delete context.subscriptions[id];
    connection.send(`{"id":${quotedId},"type":"error","payload":${errors}}`);
    over.resolve(done);
  }

  function end(how: StreamEnd): void {
    feeder.end(() => {
      if (left) return;
      switch (how.kind) {
        case 'complete':
          return over.resolve(done);
        case 'failed':
          return fail(how.payload.toString());
        case 'expired':
          return connection.dismiss('expired');
        case 'draining':
          return connection.leave();
      }
    });
  }

  async function subscribe(): Promise<void> {
    const subscriber = { next: feeder.next.bind(feeder), end };
    const attached = await router.attach(request, subscriber);
    if (!attached.ok) return left ? undefined : fail(errorsOf(attached.answer));
    leave = attached.leave;
    if (left) leave();
  }

  async function execute(): Promise<void> {
    const gone = new AbortController();
    leave = () => gone.abort();
    const answer = await router.execute({ ...request, signal: gone.signal });
    if (left) return;
    if (answer.error !== undefined) return fail(errorsOf(answer));
    connection.sendNext(quotedId, answer.body);
    over.resolve(done);
  }

  async function begin(): Promise<void> {
    try {
      await (kindOf(request, router) === 'subscription' ? subscribe() : execute());
    } catch (error) {
      onFault(error);
      connection.fail();
    }
  }

  const operation: Operation = {
    next() {
      if (!left) void begin();
      return over.promise;
    },
    return() {
      left = true;
      leave();
      over.resolve(done);
      return Promise.resolve(done);
    },
    [Symbol.asyncIterator]: () => operation,
  };
  return operation;
}

function errorsOf({ body }: RouterAnswer): string {
  const { errors } = JSON.parse(body.toString()) as { readonly errors: readonly unknown[] };
  return JSON.stringify(errors);
}
