import type { ChildProcess } from 'node:child_process';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import { type ProcessRecord, recordOf } from '../state/run-file.ts';
import { backoffMs } from './backoff.ts';
import { isFromRole, type ToRole } from './messages.ts';
import { type SpawnRoleOptions, spawnRole } from './spawn-role.ts';

export interface RoleChildOptions extends SpawnRoleOptions {
  /** For people: `edge`, `edge-2`, `workers`. */
  readonly name: string;
  /** A role that served has ended although nobody asked it to, or serves again. */
  readonly onEvent: (what: string) => void;
  /** `process()` has changed. */
  readonly onProcess: () => void;
  /** After this long a drain becomes a kill. */
  readonly drainMs: number;
}

export interface RoleChild {
  readonly name: string;
  /** Begins the process; resolves when it serves for the first time, which takes `serve()` as well. @throws OperatorError when it can't. */
  start(): Promise<void>;
  /** Lets it open its doors, now and after every restart. */
  serve(): void;
  /** Undefined between a crash and the next try. */
  process(): ProcessRecord | undefined;
  /** Lets the process finish its work and end; true when it did so in time. May be called twice. */
  drain(): Promise<boolean>;
}

type Phase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'starting' | 'prepared' | 'ready'; readonly child: ChildProcess }
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'draining'; readonly done: Promise<boolean> };

/** A role that has lived this long starts its backoff anew. */
const healthyMs = 60_000;

/** Keeps one role process running until it is drained: started again when it ends by itself, later each time. */
export function createRoleChild(options: RoleChildOptions): RoleChild {
  const first = Promise.withResolvers<void>();
  let phase: Phase = { kind: 'idle' };
  let record: ProcessRecord | undefined;
  let mayServe = false;
  let hasServed = false;
  let crashes = 0;

  function launch(): void {
    const { child, lastWords } = spawnRole(options);
    const begun = performance.now();
    let sentence: string | undefined;
    phase = { kind: 'starting', child };
    setRecord(child.pid === undefined ? undefined : recordOf(child.pid));

    child.on('message', (message) => {
      if (!isFromRole(message)) return;
      switch (message.kind) {
        case 'prepared':
          if (phase.kind === 'starting') phase = { kind: 'prepared', child };
          if (mayServe) send(child, 'serve');
          return;
        case 'ready':
          if (phase.kind === 'prepared') phase = { kind: 'ready', child };
          if (hasServed) options.onEvent(`The ${options.name} process serves again.`);
          hasServed = true;
          first.resolve();
          return;
        case 'failed':
          sentence = message.sentence;
          return;
      }
    });
    const ended = (how: string): void => {
      setRecord(undefined);
      if (phase.kind === 'draining') return;
      phase = { kind: 'idle' };
      const words = lastWords();
      const reason =
        sentence ??
        `The ${options.name} process ended (${how})${words === '' ? '.' : `: ${words}`} Its log is ${options.logFile}.`;
      if (performance.now() - begun > healthyMs) crashes = 0;
      // Before it has served there is nothing to keep alive: the start as a whole fails, and says why.
      if (hasServed) relaunchLater(reason);
      else first.reject(new OperatorError(reason));
    };
    child.once('exit', (code, signal) => ended(signal ?? `exit code ${code ?? 1}`));
    // A program that can't be started at all emits this and no `exit`.
    child.once('error', (error) => {
      if (child.pid === undefined) ended(error.message);
    });
  }

  function relaunchLater(reason: string): void {
    const waitMs = backoffMs(crashes);
    crashes += 1;
    options.onEvent(`${reason} Starting it again in ${waitMs / 1000} s.`);
    phase = { kind: 'waiting', timer: setTimeout(launch, waitMs) };
  }

  function setRecord(now: ProcessRecord | undefined): void {
    record = now;
    options.onProcess();
  }

  return {
    name: options.name,
    process: () => record,
    start() {
      if (phase.kind === 'idle' && !hasServed) launch();
      return first.promise;
    },
    serve() {
      mayServe = true;
      if (phase.kind === 'prepared') send(phase.child, 'serve');
    },
    drain() {
      if (phase.kind === 'draining') return phase.done;
      if (phase.kind === 'waiting') clearTimeout(phase.timer);
      const done = 'child' in phase ? drainChild(phase.child, options.drainMs) : Promise.resolve(true);
      phase = { kind: 'draining', done };
      return done;
    },
  };
}

function send(child: ChildProcess, kind: ToRole['kind']): void {
  // A child that is just ending can't be told any more, and need not be.
  if (child.connected) child.send({ kind } satisfies ToRole, () => undefined);
}

async function drainChild(child: ChildProcess, deadlineMs: number): Promise<boolean> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return true;
  const gone = new Promise<boolean>((resolve) =>
    child.once('exit', (_, signal) => resolve(signal !== 'SIGKILL')),
  );
  const deadline = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  send(child, 'drain');
  return gone.finally(() => clearTimeout(deadline));
}
