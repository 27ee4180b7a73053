import { fuzz } from './fuzz/fuzz.ts';
import { jwtAttacks } from './jwt/jwt-attacks.ts';
import type { SecuritySuite } from './suite.ts';

/** All that `npm run security` runs, in this order. */
export const suites: readonly SecuritySuite[] = [jwtAttacks, fuzz(100_000)];
