import type { Topic } from '../define-topics.ts';
import type { BusEvent } from '../event.ts';
import type { EventSchemas } from '../event-schemas.ts';
import { parseEventType } from '../event-type.ts';

/** Lets consumers know one version of each event only: the newest. */
export interface Evolution {
  /**
   * The event in the newest version of its type, one step after another: by the topic's upcaster, or as it is where the next
   * version accepts what the one before wrote (`eaio events check` holds that one of the two is so).
   * @throws EventFault when an upcaster makes what does not fit.
   */
  toNewest<Event extends BusEvent>(event: Event): Event;
}

export function createEvolution(options: {
  readonly schemas: EventSchemas;
  readonly topic: (name: string) => Topic;
}): Evolution {
  const { schemas, topic: topicOf } = options;
  return {
    toNewest(event) {
      const type = parseEventType(event.type);
      if (type === undefined) return event;
      const newest = schemas.newestVersion(type.topic);
      if (type.version >= newest) return event;
      const { upcasters } = topicOf(type.topic);
      let { data } = event as BusEvent;
      for (let version = type.version; version < newest; version++) data = upcasters[version]?.(data) ?? data;
      const evolved = { ...event, type: `eaio.${type.topic}.v${newest}`, data };
      schemas.check(evolved);
      return evolved;
    },
  };
}
