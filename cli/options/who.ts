import { InvalidArgumentError } from 'commander';
import { type Role, roles } from '../../platform/identity/roles.ts';

/** `viewer,agent` as roles. */
export function parseRoles(text: string): readonly Role[] {
  return parseList(text).map((name) => {
    const role = roles.find((known) => known === name);
    if (role === undefined)
      throw new InvalidArgumentError(`There is no role "${name}"; there are ${roles.join(', ')}.`);
    return role;
  });
}

/** Items between commas, blanks round them ignored. */
export function parseList(text: string): readonly string[] {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0) throw new InvalidArgumentError('Give at least one.');
  return items;
}
