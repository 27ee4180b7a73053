import { loadOrCreateLocalKey } from '../../../platform/identity/local-key.ts';
import type { SecuritySuite } from '../suite.ts';
import { doors } from './doors.ts';
import { jwtVectors } from './vectors.ts';

/** Every forged token at every door. A door that refuses an honest token too would prove nothing: it is asked first. */
export const jwtAttacks: SecuritySuite = {
  name: 'jwt',
  about: 'forged, foreign, expired and misshapen tokens, each at every door',
  async run(system) {
    const vectors = await jwtVectors(await loadOrCreateLocalKey(system.dataDir));
    const honest = await system.tokenFor('admin');
    const letThrough: string[] = [];
    let tried = 0;
    for (const door of doors) {
      const said = await door.knock(system, honest);
      if (said !== 'open') throw new Error(`${door.name} does not open to an honest token: ${said}.`);
      for (const { name, token } of vectors) {
        tried += 1;
        const answer = await door.knock(system, token);
        if (answer !== 'refused') letThrough.push(`${name}, at ${door.name}: ${answer}`);
      }
    }
    return { tried, letThrough };
  },
};
