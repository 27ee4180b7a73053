import { EaioError } from '../../errors/eaio-error.ts';
import { toConnection } from './connection.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { pageArguments } from './page.ts';

const order = 'building:NAME';
const shape = ['string?', 'number'] as const;
const rules = { max: 500, order, shape };

const refusal = (run: () => unknown): EaioError => {
  try {
    run();
  } catch (error) {
    if (error instanceof EaioError) return error;
  }
  throw new Error('It was not refused.');
};

// Proves: graph.connections
describe('a cursor', () => {
  test.each([[['Lodge Ünïcode', 7]], [[null, 0]], [['', -1.5]]])('gives back %j', (keys) => {
    expect(decodeCursor(encodeCursor(order, keys), order, shape)).toEqual(keys);
  });

  test('can stand in a URL', () => {
    expect(encodeCursor(order, ['~?/+ÿþ', 1])).toMatch(/^[\w-]+$/);
  });

  test.each([
    ['free text', 'hello'],
    ['nothing', ''],
    ['another order', encodeCursor('building:ID', ['a', 7])],
    ['too few keys', encodeCursor(order, ['a'])],
    ['too many keys', encodeCursor(order, ['a', 7, 7])],
    ['a key of another type', encodeCursor(order, [7, 7])],
    ['a null that is none', encodeCursor(order, ['a', null])],
    ['JSON that is no list', Buffer.from('{"0":1}').toString('base64url')],
  ])('that is %s is refused, saying what is allowed', (_, cursor) => {
    const error = refusal(() => decodeCursor(cursor, order, shape));
    expect(error.code).toBe('BAD_USER_INPUT');
    expect(error.message).toContain('endCursor');
  });
});

describe('page arguments', () => {
  test('have a default, and pass what is allowed', () => {
    expect(pageArguments({}, rules)).toEqual({ first: 20, after: undefined });
    expect(pageArguments({ first: null, after: null }, { ...rules, otherwise: 7 })).toEqual({
      first: 7,
      after: undefined,
    });
    expect(pageArguments({ first: 500, after: encodeCursor(order, ['a', 1]) }, rules)).toEqual({
      first: 500,
      after: ['a', 1],
    });
  });

  test.each([0, -1, 501])('refuse first: %d, saying what is allowed', (first) => {
    const error = refusal(() => pageArguments({ first }, rules));
    expect(error.code).toBe('BAD_USER_INPUT');
    expect(error.message).toBe(`The argument "first" takes 1 to 500, not ${first}.`);
  });
});

describe('a connection', () => {
  const page = { first: 2, after: undefined };
  const make = (rows: readonly number[], after?: readonly number[]) =>
    toConnection({ rows, page: { ...page, after }, cursorOf: (row) => `c${row}`, nodeOf: (row) => row * 10 });

  test('uses the row too many to tell that there is a next page', () => {
    expect(make([1, 2, 3])).toEqual({
      edges: [
        { node: 10, cursor: 'c1' },
        { node: 20, cursor: 'c2' },
      ],
      nodes: [10, 20],
      pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: 'c1', endCursor: 'c2' },
    });
  });

  test('is empty without rows', () => {
    expect(make([], [5])).toEqual({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });
});
