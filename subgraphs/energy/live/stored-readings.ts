import type { Bus, Delivery, Position } from '../../../platform/bus/types.ts';
import type { MeterType, Quality } from '../domain.ts';

/** Where energy's ingestion announces what it stored, after the commit. */
export const storedReadingsTopic = 'energy.readings-stored';

/** One reading of the event `eaio.energy.readings-stored.v1`; its schema is `schema/events/energy.readings-stored/v1.json`. */
export interface AnnouncedReading {
  readonly meterId: string;
  readonly buildingId: string;
  readonly type: MeterType;
  /** Start of the interval, RFC 3339. */
  readonly time: string;
  readonly intervalSeconds: number;
  readonly value: number;
  readonly quality: Quality;
}

/** Behind which everything stands that a topic ever holds. */
const beginning: Position = '0-0';

/** A definite place to follow from: what is stored after this call is behind it. */
export const presentPosition = async (bus: Bus): Promise<Position> =>
  (await bus.head(storedReadingsTopic)) ?? beginning;

/** The readings of a delivery, whose shape the bus has checked when it was published. */
export const readingsOf = ({ event }: Delivery & { kind: 'event' }): readonly AnnouncedReading[] =>
  (event.data as { readonly readings: readonly AnnouncedReading[] }).readings;
