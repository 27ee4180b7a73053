import { createArgumentCheck } from './arguments.ts';

const check = createArgumentCheck({
  type: 'object',
  properties: {
    id: { type: 'string', description: 'Which one.' },
    kind: { type: 'string', enum: ['A', 'B'], default: 'A' },
    from: { type: 'string', format: 'date' },
    count: { type: 'integer', minimum: 1, maximum: 500 },
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: { value: { type: 'number' } },
        required: ['value'],
        additionalProperties: false,
      },
    },
    pick: {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      minProperties: 1,
      maxProperties: 1,
    },
  },
  required: ['id'],
  additionalProperties: false,
});

function messages(given: unknown): Record<string, string> {
  const checked = check(given);
  return checked.ok ? {} : Object.fromEntries(checked.faults.map((f) => [f.path, f.message]));
}

describe('the check of a call', () => {
  test('passes what fits, and takes a null for something optional as left out', () => {
    expect(check({ id: 'x', kind: null, items: [{ value: 1 }] })).toEqual({
      ok: true,
      variables: { id: 'x', items: [{ value: 1 }] },
    });
  });

  // Proves: mcp.every-fault
  test('names every fault at once, with its path and what is allowed', () => {
    const told = messages({
      kind: 'C',
      from: 'June',
      count: 0,
      items: [{ value: 1 }, { value: 'x' }, {}],
      pick: { a: '1', b: '2' },
      other: 1,
    });
    expect(told).toEqual({
      id: 'is required: Which one.',
      kind: '"C" is not allowed. Allowed: A, B.',
      from: '"June" is not a date, for example 2017-06-01.',
      count: '0 is not allowed. Allowed: 1 to 500.',
      'items[1].value': '"x" is not allowed. Allowed: a number.',
      'items[2].value': 'is required.',
      pick: 'needs exactly one of: a, b.',
      other: 'is unknown. Known: id, kind, from, count, items, pick.',
    });
  });

  test('does not take a null for something required', () => {
    expect(messages({ id: null })).toEqual({ id: 'null is not allowed. Allowed: a string.' });
  });

  test.each([[[]], ['text'], [7], [null]])('refuses %p in place of arguments', (given) => {
    expect(messages(given)).toEqual({ '': 'The arguments must be an object.' });
  });
});
