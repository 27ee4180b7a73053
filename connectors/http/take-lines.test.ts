import { createPrincipal } from '../../platform/identity/access.ts';
import type { ItemsResult, ReadingItem, ReadingsDoor } from './readings-door.ts';
import { takeLines } from './take-lines.ts';

const principal = createPrincipal({
  subject: 'gateway',
  roles: ['integrator'],
  buildings: 'all',
  expiresAtMs: Infinity,
  claims: {},
});
const limits = { maxLineBytes: 200, batchLines: 10, maxRejections: 3 };

/** A door that opens when it is told to, and keeps what came in. */
function createDoor() {
  const batches: (readonly ReadingItem[])[] = [];
  let open = Promise.withResolvers<void>();
  const door: ReadingsDoor = {
    async ingest(_principal, items): Promise<ItemsResult> {
      batches.push(items);
      await open.promise;
      const results = items.map(({ value }, index) =>
        Number(value) < 0
          ? ({ index, status: 'REJECTED', error: { code: 'NEGATIVE_VALUE', message: 'negative' } } as const)
          : ({ index, status: 'STORED', error: null } as const),
      );
      const rejected = results.filter(({ error }) => error !== null).length;
      return { accepted: 0, stored: items.length - rejected, unchanged: 0, rejected, results };
    },
  };
  return {
    door,
    batches,
    open: () => open.resolve(),
    openOnce() {
      open.resolve();
      open = Promise.withResolvers();
    },
  };
}

const line = (value: unknown) => `${JSON.stringify({ meterId: 'm', time: '2017-06-01T00:00:00Z', value })}\n`;
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('no more is read than a batch and a chunk while the last batch is being stored', async () => {
  let pulled = 0;
  const chunks = (async function* () {
    for (; pulled < 100; pulled++) yield Buffer.from(line(pulled).repeat(5));
  })();
  const { door, batches, openOnce, open } = createDoor();
  const taking = takeLines({ door, principal, chunks, limits });
  for (const stored of [1, 2, 3]) {
    while (batches.length < stored) await turn();
    for (let turns = 0; turns < 10; turns++) await turn();
    expect([batches.length, pulled]).toEqual([stored, stored * 2 - 1]);
    openOnce();
  }
  open();
  expect(await taking).toMatchObject({ received: 500, stored: 500, rejected: 0 });
  expect(batches.map(({ length }) => length)).toEqual(Array(50).fill(10));
});

test('reasons are told for the first lines, and counted for all of them', async () => {
  const { door, open } = createDoor();
  open();
  const chunks = (async function* () {
    yield Buffer.from(
      `${line(-1)}not json\n[1]\n${line(-2)}${line(3)}\n${'x'.repeat(201)}\nnull\n${line(4)}`,
    );
  })();
  expect(await takeLines({ door, principal, chunks, limits: { ...limits, batchLines: 2 } })).toEqual({
    received: 8,
    accepted: 0,
    stored: 2,
    unchanged: 0,
    rejected: 6,
    rejectedByCode: { NEGATIVE_VALUE: 2, MALFORMED: 4 },
    rejections: [
      { line: 1, code: 'NEGATIVE_VALUE', message: 'negative' },
      { line: 2, code: 'MALFORMED', message: expect.stringMatching(/^The line is not JSON: .*not json/) },
      { line: 3, code: 'MALFORMED', message: expect.stringMatching(/no object/) },
    ],
  });
});

test('a door that fails in between tells what was taken before', async () => {
  const { door, batches, open } = createDoor();
  open();
  const chunks = (async function* () {
    yield Buffer.from(line(1).repeat(50));
  })();
  const failing: ReadingsDoor = {
    ingest: (...args) =>
      batches.length < 2
        ? door.ingest(...args)
        : Promise.reject(
            Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
          ),
  };
  await expect(takeLines({ door: failing, principal, chunks, limits })).rejects.toMatchObject({
    code: 'DEPENDENCY_UNAVAILABLE',
    extensions: { retryable: true, taken: { received: 30, stored: 20, rejected: 0 } },
  });
});
