import type { Principal } from '../../platform/identity/principal.ts';
import type { PlannedOperation, Variables } from '../federation/types.ts';
import type { RouterEvent, Subscriber } from '../types.ts';

/** What a stream is shared by, and who asks for it. */
export interface StreamRequest {
  readonly planned: PlannedOperation;
  readonly variables: Variables;
  readonly principal: Principal;
  /** Go on behind this cursor. */
  readonly after?: string | undefined;
  readonly traceparent?: string | undefined;
}

export type Attached =
  /** `leave` can be called twice; the last to leave stops the source. */
  | { readonly ok: true; leave(): void }
  /** The source can't begin: the result has `errors`. */
  | { readonly ok: false; readonly result: RouterEvent };

/** Shares upstream work between equal subscriptions: one primary, one execution of the rest for each event, one encoding. */
export interface Hub extends AsyncDisposable {
  attach(request: StreamRequest, subscriber: Subscriber): Promise<Attached>;
  /** Streams of this process, and who listens to them. */
  readonly counts: { readonly upstreams: number; readonly subscribers: number };
}
