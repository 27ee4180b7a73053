import type { Location } from '../facts.ts';

/** A fact of a site that BDG2's metadata states wrongly, with what shows it. */
export interface Correction {
  readonly siteId: string;
  readonly timeZone?: string;
  readonly location?: Location;
  readonly why: string;
}

/**
 * Faults of the published metadata that its own data prove. `readMetadata` follows the publisher unless it is handed these:
 * whoever compares with others' results of BDG2 needs what others have (docs/adr/0002).
 */
export const knownCorrections: readonly Correction[] = [
  {
    siteId: 'Fox',
    timeZone: 'America/Phoenix',
    why:
      'Published as US/Mountain, but its coordinates are in Arizona, which has no daylight time, and its meters run on ' +
      'without a copied or empty value through the hour that US/Mountain skips in March.',
  },
  {
    siteId: 'Wolf',
    location: { latitude: 53.3498, longitude: -6.2603 },
    why: 'Published 6.26 degrees east of Greenwich, in the North Sea; its zone is Europe/Dublin, as far to the west.',
  },
];

/** What `readMetadata` is handed by whoever wants the faults corrected, or not. */
export const correctionsFor = (corrected: boolean): readonly Correction[] =>
  corrected ? knownCorrections : [];
