/** Which PostgreSQL a test runs on: as it is, or with TimescaleDB. */
export type Engine = 'native' | 'timescale';

/** `inside`: where the global setup tells the workers; `outside`: where a person names a server to be used instead. */
export const engineVariables = {
  native: { inside: 'EAIO_TEST_NATIVE_URL', outside: 'TEST_DATABASE_URL' },
  timescale: { inside: 'EAIO_TEST_TIMESCALE_URL', outside: 'TEST_TIMESCALE_DATABASE_URL' },
} as const satisfies Record<Engine, { inside: string; outside: string }>;

/** The superuser address of an engine's server in this run, or undefined when the run has none. */
export const engineUrl = (engine: Engine): string | undefined => process.env[engineVariables[engine].inside];

/**
 * The engines of this run, for `describe.each(engines())('storage on %s', (engine) => ...)`, with
 * `createTestDatabase({ engine })` inside. `native` is always there; a run without TimescaleDB says so once, at its start.
 */
export function engines(): readonly Engine[] {
  return engineUrl('timescale') === undefined ? ['native'] : ['native', 'timescale'];
}
