import { EaioError } from '../../../platform/errors/eaio-error.ts';
import { type Connection, toConnection } from '../../../platform/subgraph/relay/connection.ts';
import { encodeCursor } from '../../../platform/subgraph/relay/cursor.ts';
import { type Page, pageArguments } from '../../../platform/subgraph/relay/page.ts';
import type { EnergyMeter } from '../store/buildings.ts';

export interface MetersPageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** Meters stand in the order of their ids everywhere: a cursor of one list of meters is good for another. */
const order = 'meter:ID';

export const meterPage = (args: MetersPageArgs): Page & { readonly afterId: string | null } => {
  const page = pageArguments(args, { max: 500, order, shape: ['string'] });
  const [afterId = null] = page.after ?? [];
  if (afterId !== null && typeof afterId !== 'string')
    throw new EaioError(
      'BAD_USER_INPUT',
      'The argument "after" takes the `endCursor` of a page of meters. Leave it out to begin at the first page.',
    );
  return { ...page, afterId };
};

/** A connection from the rows of one page. */
export const meterConnection = (rows: readonly EnergyMeter[], page: Page): Connection<EnergyMeter> =>
  toConnection({ rows, page, cursorOf: ({ id }) => encodeCursor(order, [id]), nodeOf: (meter) => meter });

/** A connection from the whole list, already in order. */
export function toMeterConnection(args: MetersPageArgs, all: readonly EnergyMeter[]) {
  const page = meterPage(args);
  const begin = page.afterId === null ? 0 : all.findIndex(({ id }) => id === page.afterId) + 1;
  return { ...meterConnection(all.slice(begin, begin + page.first + 1), page), totalCount: all.length };
}
