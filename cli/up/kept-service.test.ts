import { keepService, type Service } from './kept-service.ts';

/** A server that ends when it is told to, by us or by fate. */
function startable() {
  const starts: (number | undefined)[] = [];
  let die = (): void => undefined;
  let failures = 0;
  return {
    starts,
    die: () => die(),
    failNext: (times: number) => {
      failures = times;
    },
    async start(port?: number): Promise<Service> {
      starts.push(port);
      if (failures > 0) {
        failures -= 1;
        throw new Error('No room.');
      }
      const { promise: exited, resolve } = Promise.withResolvers<void>();
      die = resolve;
      return { url: 'x://', port: 4321, exited, stop: async () => resolve() };
    },
  };
}

function keep(server: ReturnType<typeof startable>) {
  const events: string[] = [];
  let wake = (): void => undefined;
  const kept = keepService({
    name: 'Redis',
    start: server.start,
    onEvent(what) {
      events.push(what);
      wake();
    },
  });
  const told = async (words: string): Promise<void> => {
    while (!events.some((what) => what.includes(words))) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { kept, events, told };
}

describe('a service that is kept', () => {
  test('comes back at its own address when it dies, after another try if need be', async () => {
    const server = startable();
    const { kept, events, told } = keep(server);
    await kept.started;
    server.failNext(1);
    server.die();
    await told('is back');
    expect(server.starts).toEqual([undefined, 4321, 4321]);
    expect(events).toEqual([
      'Redis has ended by itself. Starting it again in 0.5 s.',
      'Redis: No room.',
      'Redis has ended by itself. Starting it again in 1 s.',
      'Redis is back.',
    ]);
    await kept.stop();
  });

  test('stays stopped, whenever it is stopped', async () => {
    const server = startable();
    const { kept, events, told } = keep(server);
    await kept.started;
    server.die();
    await told('Starting it again');
    await kept.stop();
    await kept.stop();
    expect(server.starts).toHaveLength(1);
    expect(events).toHaveLength(1);
  });

  test('whose first start fails is the failure of whoever waits for it', async () => {
    const server = startable();
    server.failNext(1);
    const { kept } = keep(server);
    await expect(kept.started).rejects.toThrow('No room.');
    await kept.stop();
  });
});
