import { GraphQLError } from 'graphql';
import type { ExecutedResult } from '../federation/types.ts';
import { verdictOn } from './verdict.ts';

const error = (code?: string) => new GraphQLError('x', { extensions: code === undefined ? {} : { code } });

test.each<[string, ExecutedResult, string]>([
  ['data', { data: { a: 1, b: null } }, 'whole'],
  ['nothing found', { data: { a: null } }, 'negative'],
  ['no data', {}, 'negative'],
  [
    'an error that asking again does not mend',
    { data: { a: null }, errors: [error('NOT_FOUND')] },
    'negative',
  ],
  [
    'one that it may',
    { data: { a: 1 }, errors: [error('NOT_FOUND'), error('SUBGRAPH_UNAVAILABLE')] },
    'faulty',
  ],
  ['one without a code', { data: { a: 1 }, errors: [error()] }, 'faulty'],
])('%s', (_, result, verdict) => {
  expect(verdictOn(result)).toBe(verdict);
});
