import { PassThrough } from 'node:stream';
import { jest } from '@jest/globals';
import { formatCount, formatDuration, plural } from './format.ts';
import { createSteps } from './steps.ts';

/** What a person sees, escape sequences left out. */
function stream({ isTTY = false } = {}) {
  let text = '';
  const through = Object.assign(new PassThrough(), {
    isTTY,
    columns: 120,
    rows: 40,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  });
  through.on('data', (chunk) => {
    text += String(chunk);
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how terminals are told what to do.
  return { through, text: () => text.replaceAll(/\x1b\[[?\d;]*[A-Za-z]/g, '') };
}

describe('steps in a log', () => {
  // Proves: start.a-line-a-step
  test('print one line each, with what came of it and its time', async () => {
    const { through, text } = stream();
    const steps = createSteps({ stream: through });
    const result = await steps.run('Schema', async (step) => {
      step.detail('3 migrations done');
      return 7;
    });
    expect(result).toBe(7);
    expect(text()).toMatch(/^✓ Schema: 3 migrations done +[\d.]+ m?s\n$/);
  });

  test('that fail say so, and hand the failure on', async () => {
    const { through, text } = stream();
    const failure = new Error('no');
    await expect(createSteps({ stream: through }).run('Redis', () => Promise.reject(failure))).rejects.toBe(
      failure,
    );
    expect(text()).toMatch(/^✗ Redis +[\d.]+ m?s\n$/);
  });

  // Proves: start.a-line-a-step
  test('tell of progress every few seconds, not of each piece', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
    const { through, text } = stream();
    await createSteps({ stream: through }).run('History', async (step) => {
      for (const done of [100, 200, 300, 400, 500]) {
        jest.advanceTimersByTime(1_000);
        step.progress(done, 1_000, 'readings');
      }
    });
    jest.useRealTimers();
    expect(text()).toMatch(
      /^… History: 300 of 1,000 readings \(30 %\), 100\/s, 3\.0 s\n✓ History +5\.0 s\n$/,
    );
  });

  test('go on when nobody reads the log any more', async () => {
    const { through } = stream();
    const steps = createSteps({ stream: through });
    through.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await expect(steps.run('Schema', async () => 1)).resolves.toBe(1);
  });
});

describe('steps at a terminal', () => {
  // Proves: start.a-line-a-step
  test('show a bar while they last, and lines above it', async () => {
    const { through, text } = stream({ isTTY: true });
    const steps = createSteps({ stream: through });
    await Promise.all([
      steps.run('History', async (step) => {
        step.progress(250, 1_000, 'readings');
        await steps.run('Edge', async () => undefined);
        step.progress(1_000, 1_000, 'readings');
      }),
      steps.run('Other', async (step) => step.progress(1, 2, 'files')),
    ]);
    steps.print('Ready.');
    expect(text()).toMatch(/History: 250 of 1,000 readings/);
    expect(text()).toMatch(/✓ Edge +[\d.]+ m?s\n/);
    expect(text()).toMatch(/✓ History +[\d.]+ m?s\nReady\.\n$/);
  });
});

test('numbers and times are written for people', () => {
  expect(formatCount(3_153_600.4)).toBe('3,153,600');
  expect([840, 11_240, 200_000].map(formatDuration)).toEqual(['840 ms', '11.2 s', '3 min 20 s']);
  expect([plural(1, 'building'), plural(1_636, 'building')]).toEqual(['1 building', '1,636 buildings']);
});
