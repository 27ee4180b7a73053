import { pino } from 'pino';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import { createSubgraph } from '../../platform/subgraph/create-subgraph.ts';
import type { BaseContext, Subgraph } from '../../platform/subgraph/types.ts';
import { composeSupergraph } from '../../router/federation/compose.ts';
import { createTape, type Tape } from './tape.ts';

const head = (...imports: readonly string[]) => `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requiresScopes", ${imports.map((name) => `"${name}", `).join('')}"@composeDirective"])
  @link(url: "https://eaio.dev/graph/v1.0", import: ["@cacheControl", "@public"])
  @composeDirective(name: "@cacheControl")
`;

const sensorsSdl = `${head()}
type Query { sensor(id: ID!): Sensor @requiresScopes(scopes: [["energy:read"]]) @cacheControl(category: LIVE) }
type Mutation { rename(id: ID!): Sensor @requiresScopes(scopes: [["energy:ingest"]]) }
type Subscription {
  "Every one counts."
  readings(of: ID! = "s1"): Reading! @requiresScopes(scopes: [["energy:read"]])
  "The newest says it all."
  pulse(of: ID! = "s1"): Reading! @requiresScopes(scopes: [["energy:read"]])
  refused: Int! @requiresScopes(scopes: [["admin:all"]])
}
type Sensor @key(fields: "id") @requiresScopes(scopes: [["energy:read"]]) { id: ID! }
type Reading @requiresScopes(scopes: [["energy:read"]]) { value: Int! note: String! sensor: Sensor! }
`;

const roomsSdl = `${head('@external')}
type Query { rooms: Int @requiresScopes(scopes: [["energy:read"]]) }
extend type Sensor @key(fields: "id") {
  id: ID! @external
  room: String! @requiresScopes(scopes: [["energy:read"]])
}
`;

const log = pino({ level: 'silent' });

export interface Sensors {
  readonly readings: Tape<number>;
  readonly pulses: Tape<number>;
  readonly subgraphs: readonly Subgraph[];
  readonly sdl: string;
  /** How often the second subgraph was asked for a room. */
  readonly roomsAsked: () => number;
  /** Text that each event carries, to make it as large as a test wants. */
  note: string;
  /** The second subgraph fails. */
  roomsBroken: boolean;
}

/** A subgraph with streams, and one that adds to what they tell. */
export function createSensors(): Sensors {
  const readings = createTape<number>();
  const pulses = createTape<number>();
  let asked = 0;
  const reading = (value: number) => ({ value, note: sensors.note, sensor: { id: 's1' } });
  async function* readingsFrom(after: string | undefined, signal: AbortSignal | undefined) {
    for await (const event of readings.follow(after, signal))
      yield 'payload' in event ? { ...event, payload: reading(event.payload) } : event;
  }
  const sensorsGraph = createSubgraph<BaseContext>({
    ...{ name: 'sensors', sdl: sensorsSdl, log, context: (base) => base },
    resolvers: {
      Query: { sensor: (_: unknown, { id }: { id: string }) => ({ id }) },
      Mutation: { rename: (_: unknown, { id }: { id: string }) => ({ id }) },
      Subscription: {
        readings: {
          subscribe(_: unknown, { of }: { of: string }, { after, signal }: BaseContext) {
            if (of === 'nowhere') throw new EaioError('NOT_FOUND', 'There is no such sensor.');
            return readingsFrom(after, signal);
          },
        },
        pulse: {
          async *subscribe(_: unknown, { of }: { of: string }, { after, signal }: BaseContext) {
            for await (const event of pulses.follow(after, signal, of))
              yield 'payload' in event ? { ...event, payload: reading(event.payload) } : event;
          },
        },
        refused: {
          async *subscribe() {
            yield { payload: 1 };
          },
        },
      },
      Sensor: { __resolveReference: ({ id }: { id: string }) => ({ id }) },
    },
  });
  const rooms = createSubgraph<BaseContext>({
    ...{ name: 'rooms', sdl: roomsSdl, log, context: (base) => base },
    resolvers: {
      Query: { rooms: () => asked },
      Sensor: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        room: ({ id }: { id: string }) => {
          asked += 1;
          if (sensors.roomsBroken) throw new Error('The door is locked.');
          return `room of ${id}`;
        },
      },
    },
  });
  const subgraphs = [sensorsGraph, rooms];
  const composed = composeSupergraph(subgraphs);
  if (!composed.ok) throw new Error(JSON.stringify(composed.faults));
  const sensors: Sensors = {
    readings,
    pulses,
    subgraphs,
    sdl: composed.sdl,
    roomsAsked: () => asked,
    note: '',
    roomsBroken: false,
  };
  return sensors;
}
