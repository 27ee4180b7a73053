import { EaioError } from '../../../platform/errors/eaio-error.ts';
import type { PrimaryUse } from '../domain.ts';
import type { Grant } from './database.ts';

export interface BuildingFilter {
  readonly ids?: readonly string[] | null | undefined;
  readonly siteIds?: readonly string[] | null | undefined;
  readonly primaryUses?: readonly PrimaryUse[] | null | undefined;
  readonly minFloorAreaSqm?: number | null | undefined;
  readonly maxFloorAreaSqm?: number | null | undefined;
  readonly text?: string | null | undefined;
}

/** Buildings that the grant ($1) and the filter ($2 to $7) let through; `filterValues` gives the parameters. */
export const buildingFilter = `
  ($1::text[] is null or b.id = any($1))
  and ($2::text[] is null or b.id = any($2))
  and ($3::text[] is null or b.site_id = any($3))
  and ($4::text[] is null or b.primary_use = any($4))
  and ($5::float8 is null or b.floor_area_sqm >= $5)
  and ($6::float8 is null or b.floor_area_sqm <= $6)
  and b.search like all($7::text[])`;

/** @throws EaioError BAD_USER_INPUT for areas or words that can't be meant. */
export function filterValues(grant: Grant, filter: BuildingFilter | null | undefined): readonly unknown[] {
  const { ids, siteIds, primaryUses, minFloorAreaSqm: min, maxFloorAreaSqm: max, text } = filter ?? {};
  for (const [name, value] of [
    ['minFloorAreaSqm', min],
    ['maxFloorAreaSqm', max],
  ] as const) {
    if (value != null && value < 0)
      throw new EaioError('BAD_USER_INPUT', `"${name}" takes 0 or more, not ${value}.`);
  }
  if (min != null && max != null && min > max) {
    throw new EaioError(
      'BAD_USER_INPUT',
      `"minFloorAreaSqm" (${min}) must not be over "maxFloorAreaSqm" (${max}): no building could fit.`,
    );
  }
  return [
    grant,
    ids ?? null,
    siteIds ?? null,
    primaryUses ?? null,
    min ?? null,
    max ?? null,
    wordPatterns(text),
  ];
}

const maxTextLength = 200;

/**
 * A LIKE pattern for each word, of which all must be contained. None for null or blanks: `like all('{}')` is true.
 * @throws EaioError BAD_USER_INPUT
 */
export function wordPatterns(text: string | null | undefined): readonly string[] {
  if (text == null) return [];
  if (text.length > maxTextLength) {
    throw new EaioError(
      'BAD_USER_INPUT',
      `"text" takes up to ${maxTextLength} characters, not ${text.length}.`,
    );
  }
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
}
