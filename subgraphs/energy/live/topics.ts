import { beginning } from '../../../platform/bus/position.ts';
import type { Bus, Delivery, Position } from '../../../platform/bus/types.ts';
import type { HistoryLoaded, ReadingsStored } from '../ingestion/events.ts';

/** Topic of `eaio.energy.readings-stored.v1`: what ingestion stored, after the commit. */
export const storedReadings = 'energy.readings-stored';

/** Topic of `eaio.energy.history-loaded.v1`: buildings of which too much changed to name it. */
export const loadedHistory = 'energy.history-loaded';

export type AnnouncedReading = ReadingsStored['readings'][number];

type EventDelivery = Delivery & { readonly kind: 'event' };

// The bus checked the data against the type's schema before it took the event.
export const readingsOf = ({ event }: EventDelivery): readonly AnnouncedReading[] =>
  (event.data as ReadingsStored).readings;
export const buildingsOf = ({ event }: EventDelivery): readonly string[] =>
  (event.data as HistoryLoaded).buildingIds;

/** A definite place to follow readings from: what is stored after this call is behind it. */
export const presentPosition = async (bus: Bus): Promise<Position> =>
  (await bus.head(storedReadings)) ?? beginning;
