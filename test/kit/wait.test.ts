import { take, until, within } from './wait.ts';

test('until gives what the check gives at last', async () => {
  let asked = 0;
  const found = await until(() => (++asked === 3 ? 'there' : undefined), { what: 'it' });
  expect(found).toBe('there');
});

test('until says what it waited for and what it saw last', async () => {
  const waiting = until(() => Promise.reject(new Error('not yet')), { what: 'the door', deadlineMs: 5 });
  await expect(waiting).rejects.toThrow(/5 ms in vain for the door; last seen: Error: not yet/);
});

test('take gives the items that came, and names how many when too few do', async () => {
  async function* three() {
    yield 1;
    yield 2;
    await new Promise(() => undefined);
  }
  const items = three();
  expect(await take(items, 2, { what: 'numbers' })).toEqual([1, 2]);
  await expect(take(items, 1, { what: 'numbers', deadlineMs: 5 })).rejects.toThrow('numbers (0 of 1 came)');
});

test('within passes on a failure', async () => {
  await expect(within(Promise.reject(new Error('no')), { what: 'yes' })).rejects.toThrow('no');
});
