import { EaioError } from '../../platform/errors/eaio-error.ts';
import type { Subscriber } from '../types.ts';

/** Streams that a principal holds open in this process, up to a number. */
export interface Places {
  /** RATE_LIMITED when all are taken; else the place, which `leave` (it can be called twice) gives back. */
  take(subject: string): EaioError | { leave(): void };
}

export function createPlaces(most: number): Places {
  const taken = new Map<string, number>();
  return {
    take(subject) {
      const now = taken.get(subject) ?? 0;
      if (now >= most) {
        return new EaioError(
          'RATE_LIMITED',
          `${most} streams are open already in your name: close some first.`,
          {
            details: { policy: 'streams', retryAfterMs: 1_000 },
          },
        );
      }
      taken.set(subject, now + 1);
      let held = true;
      return {
        leave() {
          if (!held) return;
          held = false;
          const left = (taken.get(subject) ?? 1) - 1;
          if (left > 0) taken.set(subject, left);
          else taken.delete(subject);
        },
      };
    },
  };
}

/** The same subscriber; the place is free again when its stream ends. */
export function leavingPlace(subscriber: Subscriber, place: { leave(): void }): Subscriber {
  return {
    next: (event) => subscriber.next(event),
    end(how) {
      place.leave();
      subscriber.end(how);
    },
  };
}
