import { InvalidArgumentError } from 'commander';

/** A calendar day as it is written. @throws InvalidArgumentError saying what is wanted. */
export function parseDay(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))) return text;
  throw new InvalidArgumentError('A day is wanted, for example 2017-06-01.');
}
