import { type Command, Option } from 'commander';
import { type DeadReason, deadReasons } from '../../platform/bus/dead/dead-letters.ts';
import { loadConfig } from '../../platform/config/load.ts';
import { overlay } from '../options/overlay.ts';
import type { CommandContext } from './context.ts';

interface EventsOptions {
  readonly dataDir?: string;
}
interface ListOptions extends EventsOptions {
  readonly group?: string;
  readonly reason?: DeadReason;
  readonly limit: number;
  readonly after?: string;
}

const examples = `
Examples:
  eaio events lag
  eaio events list energy.readings-received --group store
  eaio events retry energy.readings-received store.3.1700000000000-0
  eaio events replay energy.readings-received --group store --from 2026-11-01T00:00:00Z --speed 500`;

/** The event bus of the running system; what changes something is put on record first. */
export function addEventsCommand(program: Command, { env, stdout }: CommandContext): void {
  const print = (value: unknown) => stdout.write(`${JSON.stringify(value)}\n`);
  const open = async (options: EventsOptions) => {
    const { openEvents } = await import('../events/open-events.ts');
    return await openEvents(loadConfig(overlay(env, options)));
  };
  const command = program
    .command('events')
    .description('the event bus: how far readers are behind, dead letters, replays; one JSON object a line')
    .addHelpText('after', examples);
  const add = (name: string, about: string) =>
    command
      .command(name)
      .description(about)
      .option('--data-dir <dir>', 'folder of the running system (EAIO_DATA_DIR)');

  add('lag', 'topics with their groups: entries not read yet, and who holds which partition').action(
    async (options: EventsOptions) => {
      await using events = await open(options);
      for (const topic of events.overview.topics) print(await events.overview.of(topic));
    },
  );
  add('list', 'dead letters of a topic, the newest first')
    .argument('<topic>')
    .option('--group <group>', 'of which group')
    .addOption(new Option('--reason <reason>', 'why they were given up').choices(deadReasons))
    .option('--limit <count>', 'how many', Number, 50)
    .option('--after <id>', 'the id that the page before ended with')
    .action(async (topic: string, { group, reason, limit, after, ...options }: ListOptions) => {
      await using events = await open(options);
      const letters = await events.deadLetters.list(topic, { filter: { group, reason }, limit, after });
      for (const { entry: _bytes, ...letter } of letters) print(letter);
    });
  add('show', 'one dead letter with its bytes')
    .argument('<topic>')
    .argument('<id>')
    .action(async (topic: string, id: string, options: EventsOptions) => {
      await using events = await open(options);
      print(await events.deadLetters.find(topic, id));
    });
  add('retry', 'give dead letters to their groups once more')
    .argument('<topic>')
    .argument('<ids...>')
    .action(async (topic: string, ids: readonly string[], options: EventsOptions) => {
      await using events = await open(options);
      await events.onRecord('events retry', { topic, ids });
      for (const id of ids) print({ id, retried: await events.deadLetters.retry(topic, id) });
    });
  add('discard', 'discard dead letters for good')
    .argument('<topic>')
    .argument('<ids...>')
    .requiredOption('--reason <words>', 'why; it is put on record')
    .action(
      async (topic: string, ids: readonly string[], { reason, ...options }: EventsOptions & { reason: string }) => {
        await using events = await open(options);
        await events.onRecord('events discard', { topic, ids, reason });
        for (const id of ids) print({ id, discarded: (await events.deadLetters.discard(topic, id)) !== null });
      },
    );
  add('replay', 'give one group the events of a topic once more')
    .argument('<topic>')
    .requiredOption('--group <group>', 'which group; a new one reads from now on too')
    .requiredOption('--from <place>', 'a time (RFC 3339) or a position')
    .option('--speed <events>', 'events a second at most', Number, 1_000)
    .action(
      async (
        topic: string,
        { group, from, speed, ...options }: EventsOptions & { group: string; from: string; speed: number },
      ) => {
        await using events = await open(options);
        await events.onRecord('events replay', { topic, group, from, speed });
        const time = Date.parse(from);
        const place = /^\d+-\d+$/.test(from) || Number.isNaN(time) ? from : time;
        print(await events.replays.start({ topic, group, from: place, eventsPerSecond: speed }));
      },
    );
  add('replays', 'replays of a topic with their progress')
    .argument('<topic>')
    .action(async (topic: string, options: EventsOptions) => {
      await using events = await open(options);
      for (const replay of await events.replays.list(topic)) print(replay);
    });
  add('cancel', 'stop a replay')
    .argument('<topic>')
    .argument('<id>')
    .action(async (topic: string, id: string, options: EventsOptions) => {
      await using events = await open(options);
      await events.onRecord('events cancel', { topic, id });
      print(await events.replays.cancel(topic, id));
    });
}
