import type { CursorKeys, KeyShape } from '../../../platform/subgraph/relay/cursor.ts';
import type { BuildingOrder } from '../domain.ts';
import type { Building } from './building.ts';

/** How one order is sorted, and how it goes on behind a row. The id comes last, so that no two rows share a place. */
interface OrderSql {
  readonly orderBy: string;
  /** True of rows behind the keys, which are the parameters from $8 on; of all rows when the last, the id, is null. */
  readonly behind: string;
  readonly shape: readonly KeyShape[];
  readonly keysOf: (building: Building) => CursorKeys;
}

/** Largest first, unknown ones last: those have only their ids to go by. */
const descending = (column: string, type: string): Pick<OrderSql, 'orderBy' | 'behind' | 'shape'> => ({
  orderBy: `b.${column} desc nulls last, b.id`,
  behind: `case
    when $9::text is null then true
    when $8::${type} is null then b.${column} is null and b.id > $9
    else b.${column} < $8 or b.${column} is null or (b.${column} = $8 and b.id > $9)
  end`,
  shape: ['number?', 'string'],
});

export const buildingOrderSql: Readonly<Record<BuildingOrder, OrderSql>> = {
  ID: {
    orderBy: 'b.id',
    behind: '($8::text is null or b.id > $8)',
    shape: ['string'],
    keysOf: ({ id }) => [id],
  },
  NAME: {
    orderBy: 'b.name_key, b.id',
    behind: '($9::text is null or (b.name_key, b.id) > ($8::text, $9))',
    shape: ['string', 'string'],
    keysOf: ({ nameKey, id }) => [nameKey, id],
  },
  FLOOR_AREA_DESC: {
    ...descending('floor_area_sqm', 'float8'),
    keysOf: ({ floorAreaSqm, id }) => [floorAreaSqm, id],
  },
  YEAR_BUILT_DESC: {
    ...descending('year_built', 'integer'),
    keysOf: ({ yearBuilt, id }) => [yearBuilt, id],
  },
};
