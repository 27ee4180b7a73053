import { operations } from '../generated/operations.ts';
import { type Client, createClientOf } from './client.ts';
import type { ClientOptions } from './options.ts';

export type * from '../generated/types.ts';
export * from './errors.ts';
export type { CallOptions, ClientOptions, LiveEvent, SubscribeOptions, TokenSource } from './options.ts';

export type EaioClient = Client<typeof operations>;

/**
 * A typed client of an EAIO server: `client.energy.buildingEnergyUse({ buildingId, range })`.
 * It sends ids of persisted operations, never their texts.
 */
export function createClient(options: ClientOptions): EaioClient {
  return createClientOf(operations, options);
}
