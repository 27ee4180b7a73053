import type { Pool } from 'pg';
import type { BuildingGrant } from '../../../platform/identity/principal.ts';

/** What the store needs of a pool. */
export type Database = Pick<Pool, 'query'>;

/** The buildings that a statement may read, as its parameter: null for all. */
export type Grant = readonly string[] | null;

export const grantOf = (buildings: BuildingGrant): Grant => (buildings === 'all' ? null : buildings);
