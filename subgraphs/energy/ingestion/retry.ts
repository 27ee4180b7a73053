import { setTimeout as wait } from 'node:timers/promises';
import { codeOf } from '../../../platform/errors/facts.ts';

/** SQLSTATEs of a transaction that PostgreSQL gave up for another's sake. */
const givenUp = new Set(['40P01', '40001']);
const attempts = 5;

/**
 * Runs a whole transaction again when PostgreSQL ended it for a deadlock. Our own locks have an order and make none;
 * an operator's statement or TimescaleDB's own jobs may.
 */
export async function retryOnDeadlock<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt === attempts || !givenUp.has(codeOf(error))) throw error;
      // Apart from each other, so that the same two don't meet again.
      await wait(Math.random() * 50 * attempt);
    }
  }
}
