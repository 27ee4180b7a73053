import type { SecuredSchema } from '../../platform/postgres/row-security.ts';

/** How the rows of every domain belong to buildings: what row-level security goes by. A new table is named here, or has one of the columns. */
export const rowRules: readonly SecuredSchema[] = [
  {
    schema: 'portfolio',
    columns: { building_id: { building: 'building_id' } },
    tables: {
      building: { building: 'id' },
      // A site is seen by whoever sees one of its buildings.
      site: { column: 'id', shownBy: 'portfolio.building', as: 'site_id' },
    },
  },
  {
    schema: 'energy',
    columns: {
      building_id: { building: 'building_id' },
      meter_no: { column: 'meter_no', shownBy: 'energy.meter', as: 'meter_no' },
    },
    tables: {
      building: { building: 'id' },
      storage: 'open',
      vee_rule: 'open',
      estimation_setting: 'open',
      // Where batches came from, and which jobs ran: what they say of readings stands in the readings' own tables.
      origin: 'open',
      lineage_event: 'open',
      sync_check: 'unrestricted',
      // The writers' own.
      announcement_due: 'closed',
      rollup_due: 'closed',
      quality_summary: 'closed',
    },
  },
];
