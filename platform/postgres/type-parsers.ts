import pg from 'pg';

/** How values of PostgreSQL come to us, where pg's own choice loses something or is awkward. */

const { INT8, NUMERIC, DATE } = pg.types.builtins;
const int8Array = 1016;
const dateArray = 1182;

/** Counts and ids are safe as numbers; beyond 2^53 a number would be another one, so that is a fault and said so. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`${text} does not fit into a number: select it as text.`);
  return value;
}

const asIs = (text: string): string => text;
const listOf =
  <T>(parse: (text: string) => T) =>
  (text: string): readonly (T | null)[] =>
    text === '{}'
      ? []
      : text
          .slice(1, -1)
          .split(',')
          .map((item) => (item === 'NULL' ? null : parse(item)));

const ours = new Map<number, (text: string) => unknown>([
  [INT8, parseInt8],
  [int8Array, listOf(parseInt8)],
  // sum(int8) is numeric: a number is exact enough for whoever does not ask for text.
  [NUMERIC, Number],
  // A day in the building's zone has no instant: 'YYYY-MM-DD', never a Date at somebody's midnight.
  [DATE, asIs],
  [dateArray, listOf(asIs)],
]);

/** For a pool or a client; pg's global parsers stay as they are. timestamptz comes as Date. */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const own = format === 'binary' ? undefined : ours.get(oid);
    return own ?? (format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid));
  },
};
