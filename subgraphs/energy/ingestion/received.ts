/** Data of `eaio.energy.readings-received.v1`: readings of meters of one partition. */
export interface ReadingsReceived {
  readonly source: string;
  readonly receivedAtMs: number;
  readonly series: readonly ReceivedSeries[];
}

export interface ReceivedSeries {
  readonly meterId: string;
  readonly intervalSeconds?: number;
  /** Unix ms. */
  readonly times: readonly number[];
  readonly values: readonly number[];
}

export const receivedTopic = 'energy.readings-received';
export const receivedType = 'eaio.energy.readings-received.v1';

/** The consumer group that stores what is received: how far it has come is how far readings can be queried. */
export const storeGroup = 'store';
