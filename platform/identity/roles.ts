/**
 * Who may do what: every role and its scopes, in one place. Scopes are `<domain>:<verb>`.
 * Fields state the scope that they need by `@requiresScopes` in their SDL; nothing else grants or refuses.
 */
export const scopes = [
  'portfolio:read',
  'energy:read',
  'energy:ingest',
  'energy:edit',
  'energy:acknowledge',
  'weather:read',
  'models:read',
  'models:train',
  'control:read',
  'control:command',
  'control:propose',
  'control:approve',
  'benchmark:read',
  'events:read',
  'events:replay',
  'schema:explore',
  'cache:inspect',
  'admin:all',
] as const;
export type Scope = (typeof scopes)[number];

const readAll = ['portfolio:read', 'energy:read', 'weather:read', 'models:read', 'benchmark:read'] as const;

export const roleScopes = {
  viewer: ['portfolio:read', 'energy:read', 'weather:read', 'benchmark:read'],
  building_manager: [...readAll, 'energy:acknowledge', 'control:read', 'control:propose'],
  energy_engineer: [
    ...readAll,
    'models:train',
    'control:read',
    'control:propose',
    'energy:ingest',
    'energy:edit',
    'energy:acknowledge',
    'schema:explore',
    'cache:inspect',
  ],
  facility_operator: [...readAll, 'energy:acknowledge', 'control:read', 'control:command', 'control:approve'],
  sustainability_analyst: [...readAll],
  integrator: ['portfolio:read', 'energy:read', 'weather:read', 'energy:ingest'],
  agent: [...readAll, 'control:read', 'control:propose'],
  admin: scopes,
} as const satisfies Record<string, readonly Scope[]>;

export type Role = keyof typeof roleScopes;
export const roles = Object.keys(roleScopes) as readonly Role[];
