import { runScript } from '../../test/kit/script.ts';

const script = (close: string): string => `
  import { installSignalHandlers } from './platform/lifecycle/signals.ts';
  installSignalHandlers({ close: ${close} });
  setInterval(() => undefined, 1000);
  console.log('ready');
`;

// Proves: stop.leaves-nothing-running
test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s drains, and the exit code is the one that draining gave',
  async (signal) => {
    await using child = runScript(script('async (signal) => (console.log(signal), 0)'));
    await child.line();
    child.signal(signal);
    expect(await child.line()).toBe(signal);
    expect(await child.exit).toBe(0);
  },
);

test('draining that fails ends with 1', async () => {
  await using child = runScript(script("() => Promise.reject(new Error('no'))"));
  await child.line();
  child.signal('SIGTERM');
  expect(await child.exit).toBe(1);
});

const hanging = '(signal) => new Promise(() => setTimeout(() => console.log("still draining"), 150))';

// Proves: stop.second-signal
test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a second %s ends a drain that hangs at once, with %d', async (signal, code) => {
  await using child = runScript(script(hanging));
  await child.line();
  child.signal(signal);
  expect(await child.line()).toBe('still draining');
  child.signal(signal);
  expect(await child.exit).toBe(code);
});

test('the same Ctrl-C by two ways (terminal and npm) is one', async () => {
  await using child = runScript(script(hanging));
  await child.line();
  child.signal('SIGINT');
  child.signal('SIGTERM');
  expect(await child.line()).toBe('still draining');
});

test('handlers can be taken away', async () => {
  await using child = runScript(`
    import { installSignalHandlers } from './platform/lifecycle/signals.ts';
    installSignalHandlers({ close: async () => 0 })();
    setInterval(() => undefined, 1000);
    console.log('ready');
  `);
  await child.line();
  child.signal('SIGTERM');
  expect(await child.exit).toBe('SIGTERM');
});
