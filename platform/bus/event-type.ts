/** The parts of an event's type: `eaio.energy.readings-stored.v1` is version 1 of what `energy.readings-stored` announces. */
export interface EventType {
  /** Names the stream, and the folder of `schema/events/`. */
  readonly topic: string;
  readonly version: number;
}

const typeForm = /^eaio\.([a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+)\.v([1-9]\d*)$/;

/** Undefined when the text is no event type of ours. */
export function parseEventType(type: string): EventType | undefined {
  const [, topic, version] = typeForm.exec(type) ?? [];
  return topic === undefined ? undefined : { topic, version: Number(version) };
}
