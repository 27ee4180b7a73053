/** Tests are TypeScript in ESM, compiled by swc without type checks (`npm run types` checks them). */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          experimental: { keepImportAttributes: true, cacheRoot: 'node_modules/.cache/swc' },
          parser: { syntax: 'typescript' },
        },
        module: { type: 'es6' },
        // Counters that swc puts into our code, where a run keeps coverage: V8's own cost more than half as much again.
        experimental: { customCoverageInstrumentation: { enabled: true } },
      },
    ],
  },
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/.eaio/'],
  globalSetup: './test/kit/global-setup.ts',
  globalTeardown: './test/kit/global-teardown.ts',
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/test/kit/summary-reporter.js'],
  testTimeout: 30_000,
  // CI's run of all tests keeps the coverage. It costs more than half as much again, so a run at the desk goes without,
  // but for `npm test -- --coverage`.
  collectCoverage: process.env.CI === 'true' && process.argv.slice(2).every((word) => word.startsWith('-')),
  coverageReporters: ['text-summary', 'json-summary'],
  coverageProvider: 'babel',
  collectCoverageFrom: [
    '{platform,subgraphs,connectors,router,mcp-adapter,sdk,cli}/**/*.ts',
    '!**/*.test.ts',
    '!**/types.ts',
    '!**/ports.ts',
    '!**/test/**',
    '!**/generated/**',
  ],
  coverageThreshold: { global: { lines: 90 } },
};
